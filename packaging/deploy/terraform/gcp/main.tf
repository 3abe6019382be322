# A site in one region of Google Cloud: nodes with fixed addresses, and an internal load balancer in front of them for workloads.

terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 5.0"
    }
  }
}

variable "region" {
  description = "The region"
  type        = string
}

variable "zones" {
  description = "Zones for the nodes, in turns"
  type        = list(string)
}

variable "network" {
  description = "The VPC network"
  type        = string
}

variable "subnetwork" {
  description = "The subnetwork of the nodes"
  type        = string
}

variable "machine_type" {
  description = "Kind of machine"
  type        = string
  default     = "n2-standard-2"
}

locals {
  nodes = length(nonsensitive(var.join_tokens))
}

resource "google_compute_firewall" "workloads" {
  name          = "bridgehead-${var.site}-workloads"
  network       = var.network
  target_tags   = ["bridgehead-${var.site}"]
  source_ranges = var.workloads

  allow {
    protocol = "tcp"
    ports    = ["8080"]
  }
}

resource "google_compute_firewall" "probes" {
  name          = "bridgehead-${var.site}-probes"
  network       = var.network
  target_tags   = ["bridgehead-${var.site}"]
  source_ranges = ["35.191.0.0/16", "130.211.0.0/22"] # the load balancer's

  allow {
    protocol = "tcp"
    ports    = ["8081"]
  }
}

resource "google_compute_firewall" "tunnels" {
  name          = "bridgehead-${var.site}-tunnels"
  network       = var.network
  target_tags   = ["bridgehead-${var.site}"]
  source_ranges = var.peers

  allow {
    protocol = "tcp"
    ports    = ["15008"]
  }
}

resource "google_compute_firewall" "members" {
  name        = "bridgehead-${var.site}-members"
  network     = var.network
  target_tags = ["bridgehead-${var.site}"]
  source_tags = ["bridgehead-${var.site}"]

  allow {
    protocol = "tcp"
    ports    = ["5701"]
  }
}

resource "google_compute_address" "node" {
  count  = local.nodes
  name   = "bridgehead-${var.site}-${count.index}"
  region = var.region
}

resource "google_compute_instance" "node" {
  count        = local.nodes
  name         = "bridgehead-${var.site}-${count.index}"
  machine_type = var.machine_type
  zone         = var.zones[count.index % length(var.zones)]
  tags         = ["bridgehead-${var.site}"]

  boot_disk {
    initialize_params {
      image = "ubuntu-os-cloud/ubuntu-2404-lts-amd64" # with cloud-init
    }
  }

  network_interface {
    network    = var.network
    subnetwork = var.subnetwork

    access_config {
      nat_ip = google_compute_address.node[count.index].address
    }
  }

  metadata = {
    user-data = templatefile("${path.module}/../../cloud-init/user-data.yaml", {
      join_token     = var.join_tokens[count.index]
      package_url    = var.package_url
      package_sha256 = var.package_sha256
      site           = var.site
      advertise      = "${google_compute_address.node[count.index].address}:15008"
    })
  }

  # The token was used at the first start.
  lifecycle {
    ignore_changes = [metadata]
  }
}

resource "google_compute_instance_group" "node" {
  count     = length(var.zones)
  name      = "bridgehead-${var.site}-${count.index}"
  zone      = var.zones[count.index]
  instances = [for node in google_compute_instance.node : node.self_link if node.zone == var.zones[count.index]]
}

resource "google_compute_region_health_check" "workloads" {
  name               = "bridgehead-${var.site}"
  region             = var.region
  check_interval_sec = 5

  # admin.probe, which cloud-init/user-data.yaml sets: open only while the node is ready.
  http_health_check {
    port         = 8081
    request_path = "/ready"
  }
}

resource "google_compute_region_backend_service" "workloads" {
  name                            = "bridgehead-${var.site}"
  region                          = var.region
  protocol                        = "TCP"
  load_balancing_scheme           = "INTERNAL"
  health_checks                   = [google_compute_region_health_check.workloads.id]
  connection_draining_timeout_sec = 30

  dynamic "backend" {
    for_each = google_compute_instance_group.node
    content {
      group          = backend.value.self_link
      balancing_mode = "CONNECTION"
    }
  }
}

resource "google_compute_forwarding_rule" "workloads" {
  name                  = "bridgehead-${var.site}"
  region                = var.region
  load_balancing_scheme = "INTERNAL"
  backend_service       = google_compute_region_backend_service.workloads.id
  ports                 = ["8080"]
  network               = var.network
  subnetwork            = var.subnetwork
}

output "tunnels" {
  description = "Where other sites dial the nodes"
  value       = [for address in google_compute_address.node : "${address.address}:15008"]
}

output "workloads" {
  description = "Where workloads of the site find the nodes"
  value       = "${google_compute_forwarding_rule.workloads.ip_address}:8080"
}
