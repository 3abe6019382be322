# A site in one Azure region: nodes with fixed addresses, and an internal load balancer in front of them for workloads.

terraform {
  required_version = ">= 1.5"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.0"
    }
  }
}

variable "resource_group" {
  description = "The resource group"
  type        = string
}

variable "location" {
  description = "The region"
  type        = string
}

variable "subnet_id" {
  description = "The subnet of the nodes"
  type        = string
}

variable "ssh_public_key" {
  description = "Key of the administrator"
  type        = string
}

variable "size" {
  description = "Kind of machine"
  type        = string
  default     = "Standard_D2as_v5"
}

locals {
  nodes = length(nonsensitive(var.join_tokens))
}

resource "azurerm_network_security_group" "node" {
  name                = "bridgehead-${var.site}"
  location            = var.location
  resource_group_name = var.resource_group

  security_rule {
    name                       = "workloads"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "8080"
    source_address_prefixes    = var.workloads
    destination_address_prefix = "*"
  }

  security_rule {
    name                       = "tunnels"
    priority                   = 110
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "15008"
    source_address_prefixes    = var.peers
    destination_address_prefix = "*"
  }

  security_rule {
    name                       = "probes"
    priority                   = 120
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "8081"
    source_address_prefix      = "AzureLoadBalancer"
    destination_address_prefix = "*"
  }

  security_rule {
    name                       = "members"
    priority                   = 130
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "5701"
    source_address_prefixes    = [for node in azurerm_network_interface.node : node.private_ip_address]
    destination_address_prefix = "*"
  }

  # Before the rules that come with every group, of which one lets the whole virtual network in.
  security_rule {
    name                       = "nothing-else"
    priority                   = 4096
    direction                  = "Inbound"
    access                     = "Deny"
    protocol                   = "*"
    source_port_range          = "*"
    destination_port_range     = "*"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}

resource "azurerm_public_ip" "node" {
  count               = local.nodes
  name                = "bridgehead-${var.site}-${count.index}"
  location            = var.location
  resource_group_name = var.resource_group
  allocation_method   = "Static"
  sku                 = "Standard"
}

resource "azurerm_network_interface" "node" {
  count               = local.nodes
  name                = "bridgehead-${var.site}-${count.index}"
  location            = var.location
  resource_group_name = var.resource_group

  ip_configuration {
    name                          = "main"
    subnet_id                     = var.subnet_id
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = azurerm_public_ip.node[count.index].id
  }
}

resource "azurerm_network_interface_security_group_association" "node" {
  count                     = local.nodes
  network_interface_id      = azurerm_network_interface.node[count.index].id
  network_security_group_id = azurerm_network_security_group.node.id
}

resource "azurerm_linux_virtual_machine" "node" {
  count                 = local.nodes
  name                  = "bridgehead-${var.site}-${count.index}"
  location              = var.location
  resource_group_name   = var.resource_group
  size                  = var.size
  admin_username        = "operator"
  network_interface_ids = [azurerm_network_interface.node[count.index].id]

  custom_data = base64encode(templatefile("${path.module}/../../cloud-init/user-data.yaml", {
    join_token     = var.join_tokens[count.index]
    package_url    = var.package_url
    package_sha256 = var.package_sha256
    site           = var.site
    advertise      = "${azurerm_public_ip.node[count.index].ip_address}:15008"
  }))

  admin_ssh_key {
    username   = "operator"
    public_key = var.ssh_public_key
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "StandardSSD_LRS"
  }

  source_image_reference {
    publisher = "Debian"
    offer     = "debian-12"
    sku       = "12-gen2"
    version   = "latest"
  }

  # The token was used at the first start.
  lifecycle {
    ignore_changes = [custom_data]
  }
}

resource "azurerm_lb" "workloads" {
  name                = "bridgehead-${var.site}"
  location            = var.location
  resource_group_name = var.resource_group
  sku                 = "Standard"

  frontend_ip_configuration {
    name      = "workloads"
    subnet_id = var.subnet_id
  }
}

resource "azurerm_lb_backend_address_pool" "workloads" {
  name            = "nodes"
  loadbalancer_id = azurerm_lb.workloads.id
}

resource "azurerm_network_interface_backend_address_pool_association" "workloads" {
  count                   = local.nodes
  network_interface_id    = azurerm_network_interface.node[count.index].id
  ip_configuration_name   = "main"
  backend_address_pool_id = azurerm_lb_backend_address_pool.workloads.id
}

resource "azurerm_lb_probe" "workloads" {
  name                = "ready"
  loadbalancer_id     = azurerm_lb.workloads.id
  protocol            = "Http" # admin.probe, which cloud-init/user-data.yaml sets: open only while the node is ready
  port                = 8081
  request_path        = "/ready"
  probe_threshold     = 2
  interval_in_seconds = 5
}

resource "azurerm_lb_rule" "workloads" {
  name                           = "http"
  loadbalancer_id                = azurerm_lb.workloads.id
  protocol                       = "Tcp"
  frontend_port                  = 80
  backend_port                   = 8080
  frontend_ip_configuration_name = "workloads"
  backend_address_pool_ids       = [azurerm_lb_backend_address_pool.workloads.id]
  probe_id                       = azurerm_lb_probe.workloads.id
}

output "tunnels" {
  description = "Where other sites dial the nodes"
  value       = [for address in azurerm_public_ip.node : "${address.ip_address}:15008"]
}

output "workloads" {
  description = "Where workloads of the site find the nodes"
  value       = azurerm_lb.workloads.private_ip_address
}
