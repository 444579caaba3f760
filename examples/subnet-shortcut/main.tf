# The shortcut: logstash is opened to the subnets of the services, not to their
# groups. A bastion and a batch worker live in those subnets too.
# Routes and gateways are left out: the security groups are the story.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = {
      environment = "production"
    }
  }
}

locals {
  image_id = "ami-025914cb0f8a0db46"

  services = {
    a = "10.30.1.0/24"
    b = "10.30.2.0/24"
  }
}

# Network

resource "aws_vpc" "main" {
  cidr_block           = "10.30.0.0/16"
  enable_dns_hostnames = true

  tags = {
    Name = "subnet-shortcut"
  }
}

resource "aws_subnet" "services" {
  for_each = local.services

  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1${each.key}"
  cidr_block        = each.value

  tags = {
    Name = "services-${each.key}"
  }
}

resource "aws_subnet" "logging" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.30.10.0/24"

  tags = {
    Name = "logging"
  }
}

# Security groups

resource "aws_security_group" "bastion" {
  name        = "bastion"
  description = "The way in for the operators"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "SSH from the office"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["203.0.113.0/24"]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    Name = "bastion"
  }
}

resource "aws_security_group" "batch" {
  name        = "batch"
  description = "Nightly jobs, no one connects to them"
  vpc_id      = aws_vpc.main.id

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    Name = "batch"
  }
}

resource "aws_security_group" "orders" {
  name        = "orders"
  description = "The orders service"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "SSH from the bastion"
    protocol        = "tcp"
    from_port       = 22
    to_port         = 22
    security_groups = [aws_security_group.bastion.id]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    Name = "orders"
  }
}

resource "aws_security_group" "billing" {
  name        = "billing"
  description = "The billing service"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "SSH from the bastion"
    protocol        = "tcp"
    from_port       = 22
    to_port         = 22
    security_groups = [aws_security_group.bastion.id]
  }

  ingress {
    description     = "Calls from orders"
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.orders.id]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    Name = "billing"
  }
}

resource "aws_security_group" "logstash" {
  name        = "logstash"
  description = "Receives the logs of the services"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "Logs from the services"
    protocol    = "tcp"
    from_port   = 5000
    to_port     = 5000
    cidr_blocks = [for subnet in aws_subnet.services : subnet.cidr_block]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    Name = "logstash"
  }
}

resource "aws_security_group" "elasticsearch" {
  name        = "elasticsearch"
  description = "Stores the logs"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "REST from logstash"
    protocol        = "tcp"
    from_port       = 9200
    to_port         = 9200
    security_groups = [aws_security_group.logstash.id]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    Name = "elasticsearch"
  }
}

# Machines in the subnets of the services

resource "aws_instance" "orders" {
  for_each = {
    orders-1 = "a"
    orders-2 = "b"
  }

  ami                    = local.image_id
  instance_type          = "t3.small"
  subnet_id              = aws_subnet.services[each.value].id
  vpc_security_group_ids = [aws_security_group.orders.id]

  tags = {
    Name = each.key
    role = "orders"
  }
}

resource "aws_instance" "billing" {
  for_each = {
    billing-1 = "a"
    billing-2 = "b"
  }

  ami                    = local.image_id
  instance_type          = "t3.small"
  subnet_id              = aws_subnet.services[each.value].id
  vpc_security_group_ids = [aws_security_group.billing.id]

  tags = {
    Name = each.key
    role = "billing"
  }
}

resource "aws_instance" "bastion" {
  ami                         = local.image_id
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.services["a"].id
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.bastion.id]

  tags = {
    Name = "bastion-1"
    role = "bastion"
  }
}

resource "aws_instance" "batch" {
  ami                    = local.image_id
  instance_type          = "c6i.large"
  subnet_id              = aws_subnet.services["b"].id
  vpc_security_group_ids = [aws_security_group.batch.id]

  tags = {
    Name = "batch-1"
    role = "batch"
  }
}

# Machines in the subnet for logging

resource "aws_instance" "logstash" {
  ami                    = local.image_id
  instance_type          = "t3.medium"
  subnet_id              = aws_subnet.logging.id
  vpc_security_group_ids = [aws_security_group.logstash.id]

  tags = {
    Name = "logstash-1"
    role = "logstash"
  }
}

resource "aws_instance" "elasticsearch" {
  ami                    = local.image_id
  instance_type          = "r6i.large"
  subnet_id              = aws_subnet.logging.id
  vpc_security_group_ids = [aws_security_group.elasticsearch.id]

  tags = {
    Name = "elasticsearch-1"
    role = "elasticsearch"
  }
}
