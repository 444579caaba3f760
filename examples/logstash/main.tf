# application -> logstash -> elasticsearch, application open to the internet.
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
  image_id = "ami-05844c6bfc6e83a27"
}

# Network

resource "aws_vpc" "main" {
  cidr_block           = "10.10.0.0/16"
  enable_dns_hostnames = true

  tags = {
    Name = "logstash"
  }
}

resource "aws_subnet" "application" {
  vpc_id                  = aws_vpc.main.id
  availability_zone       = "eu-west-1a"
  cidr_block              = "10.10.1.0/24"
  map_public_ip_on_launch = true

  tags = {
    Name = "application"
  }
}

resource "aws_subnet" "logging" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.10.2.0/24"

  tags = {
    Name = "logging"
  }
}

# Security groups

resource "aws_security_group" "application" {
  name        = "application"
  description = "The application, open to the internet"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "HTTPS from the internet"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = {
    Name = "application"
  }
}

resource "aws_security_group" "logstash" {
  name        = "logstash"
  description = "Receives the logs of the application"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "Logs from the application"
    protocol        = "tcp"
    from_port       = 5000
    to_port         = 5000
    security_groups = [aws_security_group.application.id]
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

  ingress {
    description = "The cluster among itself"
    protocol    = "tcp"
    from_port   = 9300
    to_port     = 9300
    self        = true
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

# Machines

resource "aws_instance" "application" {
  count = 2

  ami                    = local.image_id
  instance_type          = "t3.small"
  subnet_id              = aws_subnet.application.id
  vpc_security_group_ids = [aws_security_group.application.id]

  tags = {
    Name = "application-${count.index + 1}"
    role = "application"
  }
}

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
  for_each = toset(["elasticsearch-1", "elasticsearch-2", "elasticsearch-3"])

  ami                    = local.image_id
  instance_type          = "r6i.large"
  subnet_id              = aws_subnet.logging.id
  vpc_security_group_ids = [aws_security_group.elasticsearch.id]

  tags = {
    Name = each.key
    role = "elasticsearch"
  }
}
