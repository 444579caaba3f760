# A platform with one group for each component. The rules are resources of their
# own: orders and billing call each other, which is a cycle when written inline.
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

variable "certificate_arn" {
  description = "The certificate of the load balancer."
  type        = string
}

variable "queue_password" {
  description = "The password of the queue's user."
  type        = string
  sensitive   = true
}

locals {
  image_id = "ami-08d10d0aa045e83e1"

  zones = {
    a = "10.50.1.0/24"
    b = "10.50.2.0/24"
    c = "10.50.3.0/24"
  }

  # One group for each.
  components = {
    api      = "The API: serves web, uses orders, cache and db"
    bastion  = "The way in for the operators"
    billing  = "Billing: calls orders and is called by it"
    cache    = "Redis"
    db       = "PostgreSQL"
    edge     = "The load balancer, open to the internet"
    orders   = "Orders: calls billing and is called by it"
    queue    = "RabbitMQ"
    reporter = "The function that reads db for the reports"
    web      = "The web front end"
  }

  # Who provides what to whom.
  services = {
    api     = { port = 8080, clients = ["web"] }
    billing = { port = 8082, clients = ["orders"] }
    cache   = { port = 6379, clients = ["api"] }
    db      = { port = 5432, clients = ["api", "billing", "orders", "reporter"] }
    orders  = { port = 8081, clients = ["api", "billing"] }
    queue   = { port = 5671, clients = ["billing", "orders"] }
    web     = { port = 3000, clients = ["edge"] }
  }

  # "api-orders" => client, service and port
  connections = merge([
    for name, service in local.services : {
      for client in service.clients : "${client}-${name}" => {
        client  = client
        service = name
        port    = service.port
      }
    }
  ]...)

  machines = {
    api-1     = { component = "api", zone = "a" }
    api-2     = { component = "api", zone = "b" }
    bastion-1 = { component = "bastion", zone = "a" }
    billing-1 = { component = "billing", zone = "a" }
    orders-1  = { component = "orders", zone = "a" }
    orders-2  = { component = "orders", zone = "b" }
  }

  subnet_ids = [for subnet in aws_subnet.zone : subnet.id]
}

# Network

resource "aws_vpc" "main" {
  cidr_block           = "10.50.0.0/16"
  enable_dns_hostnames = true

  tags = {
    Name = "platform"
  }
}

resource "aws_subnet" "zone" {
  for_each = local.zones

  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1${each.key}"
  cidr_block        = each.value

  tags = {
    Name = "zone-${each.key}"
  }
}

# Security groups

resource "aws_security_group" "component" {
  for_each = local.components

  name        = each.key
  description = each.value
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = each.key
  }
}

# Rules: the way in

resource "aws_vpc_security_group_ingress_rule" "internet_to_edge" {
  security_group_id = aws_security_group.component["edge"].id
  description       = "HTTPS from the internet"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "office_to_bastion" {
  security_group_id = aws_security_group.component["bastion"].id
  description       = "SSH from the office"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "203.0.113.0/24"
}

resource "aws_vpc_security_group_ingress_rule" "bastion_to" {
  for_each = toset(["api", "billing", "orders", "web"])

  security_group_id            = aws_security_group.component[each.key].id
  description                  = "SSH from bastion"
  ip_protocol                  = "tcp"
  from_port                    = 22
  to_port                      = 22
  referenced_security_group_id = aws_security_group.component["bastion"].id
}

# Rules: from component to component

resource "aws_vpc_security_group_ingress_rule" "connection" {
  for_each = local.connections

  security_group_id            = aws_security_group.component[each.value.service].id
  description                  = "From ${each.value.client}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = aws_security_group.component[each.value.client].id
}

# Rules: the way out. cache, db and queue open no connections.

resource "aws_vpc_security_group_egress_rule" "anywhere" {
  for_each = toset(["api", "bastion", "billing", "edge", "orders", "web"])

  security_group_id = aws_security_group.component[each.key].id
  description       = "Anywhere"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "reporter_to_db" {
  security_group_id            = aws_security_group.component["reporter"].id
  description                  = "To db and nowhere else"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.component["db"].id
}

# edge

resource "aws_lb" "edge" {
  name               = "edge"
  load_balancer_type = "application"
  security_groups    = [aws_security_group.component["edge"].id]
  subnets            = local.subnet_ids

  tags = {
    Name = "edge"
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.edge.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_target_group" "web" {
  name     = "web"
  port     = local.services.web.port
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id
}

# web

resource "aws_launch_template" "web" {
  name                   = "web"
  image_id               = local.image_id
  instance_type          = "t3.small"
  vpc_security_group_ids = [aws_security_group.component["web"].id]

  tag_specifications {
    resource_type = "instance"

    tags = {
      Name      = "web"
      component = "web"
    }
  }
}

resource "aws_autoscaling_group" "web" {
  name                = "web"
  min_size            = 2
  max_size            = 6
  health_check_type   = "ELB"
  vpc_zone_identifier = local.subnet_ids
  target_group_arns   = [aws_lb_target_group.web.arn]

  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }
}

# api, orders, billing, bastion

resource "aws_instance" "machine" {
  for_each = local.machines

  ami                         = local.image_id
  instance_type               = "t3.medium"
  subnet_id                   = aws_subnet.zone[each.value.zone].id
  associate_public_ip_address = each.value.component == "bastion"
  vpc_security_group_ids      = [aws_security_group.component[each.value.component].id]

  tags = {
    Name      = each.key
    component = each.value.component
  }
}

# cache

resource "aws_elasticache_subnet_group" "cache" {
  name       = "platform-cache"
  subnet_ids = local.subnet_ids
}

resource "aws_elasticache_replication_group" "cache" {
  replication_group_id       = "platform-cache"
  description                = "The cache of the API"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  port                       = local.services.cache.port
  automatic_failover_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.cache.name
  security_group_ids         = [aws_security_group.component["cache"].id]
}

# db

resource "aws_db_subnet_group" "db" {
  name       = "platform-db"
  subnet_ids = local.subnet_ids
}

resource "aws_db_instance" "db" {
  identifier                  = "platform-db"
  engine                      = "postgres"
  engine_version              = "17.4"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 50
  storage_encrypted           = true
  db_name                     = "platform"
  username                    = "platform"
  manage_master_user_password = true
  port                        = local.services.db.port
  multi_az                    = true
  db_subnet_group_name        = aws_db_subnet_group.db.name
  vpc_security_group_ids      = [aws_security_group.component["db"].id]
  skip_final_snapshot         = true
}

# queue (its user is trimmed from the state of this example: no secrets)

resource "aws_mq_broker" "queue" {
  broker_name                = "platform-queue"
  engine_type                = "RabbitMQ"
  engine_version             = "3.13"
  host_instance_type         = "mq.m5.large"
  deployment_mode            = "SINGLE_INSTANCE"
  auto_minor_version_upgrade = true
  subnet_ids                 = [aws_subnet.zone["a"].id]
  security_groups            = [aws_security_group.component["queue"].id]

  user {
    username = "platform"
    password = var.queue_password
  }
}

# reporter

resource "aws_iam_role" "reporter" {
  name = "reporter"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "reporter" {
  role       = aws_iam_role.reporter.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_lambda_function" "reporter" {
  function_name = "reporter"
  role          = aws_iam_role.reporter.arn
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/reporter:1.4.0"
  timeout       = 60

  vpc_config {
    subnet_ids         = local.subnet_ids
    security_group_ids = [aws_security_group.component["reporter"].id]
  }

  depends_on = [aws_iam_role_policy_attachment.reporter]
}
