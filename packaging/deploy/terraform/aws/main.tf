# A site in one AWS region: nodes with fixed addresses, and a network load balancer in front of them for workloads.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "vpc_id" {
  description = "The VPC"
  type        = string
}

variable "subnet_ids" {
  description = "Subnets for the nodes, in turns; one in each availability zone"
  type        = list(string)
}

variable "ami" {
  description = "Image of Debian 12 or Ubuntu 24.04 for x86-64"
  type        = string
}

variable "instance_type" {
  description = "Kind of machine"
  type        = string
  default     = "c7i.large"
}

locals {
  nodes = length(nonsensitive(var.join_tokens))
}

data "aws_subnet" "node" {
  count = length(var.subnet_ids)
  id    = var.subnet_ids[count.index]
}

resource "aws_security_group" "node" {
  name_prefix = "bridgehead-"
  description = "Bridgehead nodes of ${var.site}"
  vpc_id      = var.vpc_id

  ingress {
    description = "workloads"
    from_port   = 8080
    to_port     = 8080
    protocol    = "tcp"
    cidr_blocks = var.workloads
  }

  ingress {
    # Workloads come through it with their own addresses.
    description = "probes of the load balancer"
    from_port   = 8081
    to_port     = 8081
    protocol    = "tcp"
    cidr_blocks = data.aws_subnet.node[*].cidr_block
  }

  ingress {
    description = "tunnels"
    from_port   = 15008
    to_port     = 15008
    protocol    = "tcp"
    cidr_blocks = var.peers
  }

  ingress {
    description = "members of the site"
    from_port   = 5701
    to_port     = 5701
    protocol    = "tcp"
    self        = true
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_eip" "node" {
  count  = local.nodes
  domain = "vpc"
  tags   = { Name = "bridgehead-${var.site}-${count.index}" }
}

resource "aws_instance" "node" {
  count                  = local.nodes
  ami                    = var.ami
  instance_type          = var.instance_type
  subnet_id              = var.subnet_ids[count.index % length(var.subnet_ids)]
  vpc_security_group_ids = [aws_security_group.node.id]

  user_data = templatefile("${path.module}/../../cloud-init/user-data.yaml", {
    join_token     = var.join_tokens[count.index]
    package_url    = var.package_url
    package_sha256 = var.package_sha256
    site           = var.site
    advertise      = "${aws_eip.node[count.index].public_ip}:15008"
  })

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    encrypted   = true
    volume_size = 10
  }

  # The token was used at the first start.
  lifecycle {
    ignore_changes = [user_data]
  }

  tags = { Name = "bridgehead-${var.site}-${count.index}" }
}

resource "aws_eip_association" "node" {
  count         = local.nodes
  instance_id   = aws_instance.node[count.index].id
  allocation_id = aws_eip.node[count.index].id
}

resource "aws_lb" "workloads" {
  name_prefix                      = "bhead-"
  internal                         = true
  load_balancer_type               = "network"
  subnets                          = var.subnet_ids
  enable_cross_zone_load_balancing = true
}

resource "aws_lb_target_group" "workloads" {
  name_prefix          = "bhead-"
  port                 = 8080
  protocol             = "TCP"
  vpc_id               = var.vpc_id
  deregistration_delay = 30

  # admin.probe, which cloud-init/user-data.yaml sets: open only while the node is ready.
  health_check {
    protocol            = "HTTP"
    port                = "8081"
    path                = "/ready"
    interval            = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_target_group_attachment" "workloads" {
  count            = local.nodes
  target_group_arn = aws_lb_target_group.workloads.arn
  target_id        = aws_instance.node[count.index].id
}

resource "aws_lb_listener" "workloads" {
  load_balancer_arn = aws_lb.workloads.arn
  port              = 80
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.workloads.arn
  }
}

output "tunnels" {
  description = "Where other sites dial the nodes"
  value       = [for address in aws_eip.node : "${address.public_ip}:15008"]
}

output "workloads" {
  description = "Where workloads of the site find the nodes"
  value       = aws_lb.workloads.dns_name
}
