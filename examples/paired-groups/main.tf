# Paired groups: a machine may send logs because it carries log_sender, and
# logstash has one rule however many machines do.
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
  image_id = "ami-02bd001b62e188f74"
}

# Network

resource "aws_vpc" "main" {
  cidr_block           = "10.40.0.0/16"
  enable_dns_hostnames = true

  tags = {
    Name = "paired-groups"
  }
}

resource "aws_subnet" "application" {
  vpc_id                  = aws_vpc.main.id
  availability_zone       = "eu-west-1a"
  cidr_block              = "10.40.1.0/24"
  map_public_ip_on_launch = true

  tags = {
    Name = "application"
  }
}

resource "aws_subnet" "workers" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1b"
  cidr_block        = "10.40.2.0/24"

  tags = {
    Name = "workers"
  }
}

resource "aws_subnet" "logging" {
  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1a"
  cidr_block        = "10.40.3.0/24"

  tags = {
    Name = "logging"
  }
}

# What a machine is

resource "aws_security_group" "application" {
  name        = "application"
  description = "The application, open to the internet"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "application"
  }
}

resource "aws_vpc_security_group_ingress_rule" "application_https" {
  security_group_id = aws_security_group.application.id
  description       = "HTTPS from the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"

  tags = {
    Name = "application-https-in"
  }
}

resource "aws_vpc_security_group_egress_rule" "application_https" {
  security_group_id = aws_security_group.application.id
  description       = "HTTPS to the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"

  tags = {
    Name = "application-https-out"
  }
}

resource "aws_security_group" "worker" {
  name        = "worker"
  description = "Background jobs"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "worker"
  }
}

resource "aws_vpc_security_group_egress_rule" "worker_https" {
  security_group_id = aws_security_group.worker.id
  description       = "HTTPS to the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"

  tags = {
    Name = "worker-https-out"
  }
}

# The pair log_sender, logstash

resource "aws_security_group" "log_sender" {
  name        = "log_sender"
  description = "Attach this to a machine that sends logs"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "log_sender"
  }
}

resource "aws_vpc_security_group_egress_rule" "log_sender_to_logstash" {
  security_group_id            = aws_security_group.log_sender.id
  description                  = "Logs to logstash"
  ip_protocol                  = "tcp"
  from_port                    = 5000
  to_port                      = 5000
  referenced_security_group_id = aws_security_group.logstash.id

  tags = {
    Name = "log-sender-to-logstash"
  }
}

resource "aws_security_group" "logstash" {
  name        = "logstash"
  description = "Receives the logs of whoever carries log_sender"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "logstash"
  }
}

resource "aws_vpc_security_group_ingress_rule" "logstash_from_log_sender" {
  security_group_id            = aws_security_group.logstash.id
  description                  = "Logs from whoever carries log_sender"
  ip_protocol                  = "tcp"
  from_port                    = 5000
  to_port                      = 5000
  referenced_security_group_id = aws_security_group.log_sender.id

  tags = {
    Name = "logstash-from-log-sender"
  }
}

# The pair elasticsearch_client, elasticsearch

resource "aws_security_group" "elasticsearch_client" {
  name        = "elasticsearch_client"
  description = "Attach this to a machine that uses elasticsearch"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "elasticsearch_client"
  }
}

resource "aws_vpc_security_group_egress_rule" "elasticsearch_client_to_elasticsearch" {
  security_group_id            = aws_security_group.elasticsearch_client.id
  description                  = "REST to elasticsearch"
  ip_protocol                  = "tcp"
  from_port                    = 9200
  to_port                      = 9200
  referenced_security_group_id = aws_security_group.elasticsearch.id

  tags = {
    Name = "elasticsearch-client-to-elasticsearch"
  }
}

resource "aws_security_group" "elasticsearch" {
  name        = "elasticsearch"
  description = "Stores the logs"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "elasticsearch"
  }
}

resource "aws_vpc_security_group_ingress_rule" "elasticsearch_from_elasticsearch_client" {
  security_group_id            = aws_security_group.elasticsearch.id
  description                  = "REST from whoever carries elasticsearch_client"
  ip_protocol                  = "tcp"
  from_port                    = 9200
  to_port                      = 9200
  referenced_security_group_id = aws_security_group.elasticsearch_client.id

  tags = {
    Name = "elasticsearch-from-elasticsearch-client"
  }
}

# Machines

resource "aws_instance" "application" {
  count = 2

  ami           = local.image_id
  instance_type = "t3.small"
  subnet_id     = aws_subnet.application.id

  vpc_security_group_ids = [
    aws_security_group.application.id,
    aws_security_group.log_sender.id,
  ]

  tags = {
    Name = "application-${count.index + 1}"
    role = "application"
  }
}

resource "aws_instance" "worker" {
  ami           = local.image_id
  instance_type = "t3.small"
  subnet_id     = aws_subnet.workers.id

  vpc_security_group_ids = [
    aws_security_group.worker.id,
    aws_security_group.log_sender.id,
  ]

  tags = {
    Name = "worker-1"
    role = "worker"
  }
}

# No log_sender here: cron-1 cannot log.
resource "aws_instance" "cron" {
  ami                    = local.image_id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.workers.id
  vpc_security_group_ids = [aws_security_group.worker.id]

  tags = {
    Name = "cron-1"
    role = "worker"
  }
}

resource "aws_instance" "logstash" {
  ami           = local.image_id
  instance_type = "t3.medium"
  subnet_id     = aws_subnet.logging.id

  vpc_security_group_ids = [
    aws_security_group.logstash.id,
    aws_security_group.elasticsearch_client.id,
  ]

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
