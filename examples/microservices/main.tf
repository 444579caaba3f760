# Eight services that log to one logstash: each has its own rule in its group.
# Listeners, routes and gateways are left out: the security groups are the story.

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
  image_id = "ami-06aa9e2d7a21dd289"

  # The third part of the subnet's address, by availability zone.
  zones = {
    a = 1
    b = 2
    c = 3
  }

  # Every service has a group of its own; `calls` names the services that it
  # opens connections to, with the port.
  services = {
    catalog       = { machines = 2, behind_edge = true, calls = { search = 8080 } }
    checkout      = { machines = 2, behind_edge = true, calls = { payments = 8443, users = 8080 } }
    notifications = { machines = 2, behind_edge = false, calls = {} }
    payments      = { machines = 2, behind_edge = false, calls = {} }
    reviews       = { machines = 2, behind_edge = false, calls = {} }
    search        = { machines = 2, behind_edge = false, calls = {} }
    shipping      = { machines = 2, behind_edge = false, calls = {} }
    users         = { machines = 2, behind_edge = true, calls = {} }
  }

  # "catalog-1" => its service and its zone
  machines = merge([
    for name, service in local.services : {
      for number in range(service.machines) : "${name}-${number + 1}" => {
        service = name
        zone    = number % 2 == 0 ? "a" : "b"
      }
    }
  ]...)

  # "checkout-payments" => client, service and port
  calls = merge([
    for client, it in local.services : {
      for service, port in it.calls : "${client}-${service}" => {
        client  = client
        service = service
        port    = port
      }
    }
  ]...)

  behind_edge = toset([for name, service in local.services : name if service.behind_edge])

  groups = merge(
    { for name, group in aws_security_group.service : name => group.id },
    {
      edge          = aws_security_group.edge.id
      logstash      = aws_security_group.logstash.id
      elasticsearch = aws_security_group.elasticsearch.id
    },
  )
}

# Network

resource "aws_vpc" "main" {
  cidr_block                       = "10.20.0.0/16"
  assign_generated_ipv6_cidr_block = true
  enable_dns_hostnames             = true

  tags = {
    Name = "microservices"
  }
}

resource "aws_subnet" "zone" {
  for_each = local.zones

  vpc_id            = aws_vpc.main.id
  availability_zone = "eu-west-1${each.key}"
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, each.value)
  ipv6_cidr_block   = cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, each.value)

  tags = {
    Name = "zone-${each.key}"
  }
}

# Security groups

resource "aws_security_group" "edge" {
  name        = "edge"
  description = "The load balancer, open to the internet"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "edge"
  }
}

resource "aws_security_group" "service" {
  for_each = local.services

  name        = each.key
  description = "The ${each.key} service"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = each.key
  }
}

resource "aws_security_group" "logstash" {
  name        = "logstash"
  description = "Receives the logs of every service"
  vpc_id      = aws_vpc.main.id

  tags = {
    Name = "logstash"
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

# Rules: from the internet through the edge to three services

resource "aws_security_group_rule" "internet_to_edge" {
  type              = "ingress"
  security_group_id = aws_security_group.edge.id
  description       = "HTTPS from the internet"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["0.0.0.0/0"]
  ipv6_cidr_blocks  = ["::/0"]
}

resource "aws_security_group_rule" "edge_to_service" {
  for_each = local.behind_edge

  type                     = "ingress"
  security_group_id        = aws_security_group.service[each.key].id
  description              = "HTTP from edge"
  protocol                 = "tcp"
  from_port                = 8080
  to_port                  = 8080
  source_security_group_id = aws_security_group.edge.id
}

# Rules: from service to service

resource "aws_security_group_rule" "call" {
  for_each = local.calls

  type                     = "ingress"
  security_group_id        = aws_security_group.service[each.value.service].id
  description              = "Calls from ${each.value.client}"
  protocol                 = "tcp"
  from_port                = each.value.port
  to_port                  = each.value.port
  source_security_group_id = aws_security_group.service[each.value.client].id
}

# Rules: the logs, one rule for each service

resource "aws_security_group_rule" "logs" {
  for_each = local.services

  type                     = "ingress"
  security_group_id        = aws_security_group.logstash.id
  description              = "Logs from ${each.key}"
  protocol                 = "tcp"
  from_port                = 5000
  to_port                  = 5000
  source_security_group_id = aws_security_group.service[each.key].id
}

resource "aws_security_group_rule" "logstash_to_elasticsearch" {
  type                     = "ingress"
  security_group_id        = aws_security_group.elasticsearch.id
  description              = "REST from logstash"
  protocol                 = "tcp"
  from_port                = 9200
  to_port                  = 9200
  source_security_group_id = aws_security_group.logstash.id
}

resource "aws_security_group_rule" "elasticsearch_cluster" {
  type              = "ingress"
  security_group_id = aws_security_group.elasticsearch.id
  description       = "The cluster among itself"
  protocol          = "tcp"
  from_port         = 9300
  to_port           = 9300
  self              = true
}

# Rules: every group may open connections to anywhere

resource "aws_security_group_rule" "egress" {
  for_each = local.groups

  type              = "egress"
  security_group_id = each.value
  description       = "Anywhere"
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["0.0.0.0/0"]
}

# Machines

resource "aws_lb" "edge" {
  name               = "edge"
  load_balancer_type = "application"
  ip_address_type    = "dualstack"
  security_groups    = [aws_security_group.edge.id]
  subnets            = [for subnet in aws_subnet.zone : subnet.id]

  tags = {
    Name = "edge"
  }
}

resource "aws_instance" "service" {
  for_each = local.machines

  ami                    = local.image_id
  instance_type          = "t3.small"
  subnet_id              = aws_subnet.zone[each.value.zone].id
  vpc_security_group_ids = [aws_security_group.service[each.value.service].id]

  tags = {
    Name    = each.key
    service = each.value.service
  }
}

resource "aws_instance" "logstash" {
  ami                    = local.image_id
  instance_type          = "t3.medium"
  subnet_id              = aws_subnet.zone["c"].id
  vpc_security_group_ids = [aws_security_group.logstash.id]

  tags = {
    Name    = "logstash-1"
    service = "logging"
  }
}

resource "aws_instance" "elasticsearch" {
  for_each = {
    elasticsearch-1 = "a"
    elasticsearch-2 = "b"
    elasticsearch-3 = "c"
  }

  ami                    = local.image_id
  instance_type          = "r6i.large"
  subnet_id              = aws_subnet.zone[each.value].id
  vpc_security_group_ids = [aws_security_group.elasticsearch.id]

  tags = {
    Name    = each.key
    service = "logging"
  }
}
