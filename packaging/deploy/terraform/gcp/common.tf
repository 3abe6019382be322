# What all three modules are given; this file is the same in each, and a test holds them together. Terraform cannot share it: a variable is declared in
# the module that it is given to, a child module would only have them said twice, and a link does not survive every way in which a module is copied.

variable "site" {
  description = "Name of the site"
  type        = string
}

variable "join_tokens" {
  description = "One token for each node, of 'bridgehead token create'; their number is the number of nodes"
  type        = list(string)
  sensitive   = true
}

variable "package_url" {
  description = "Where the machines get bridgehead_VERSION_amd64.deb from"
  type        = string
}

variable "package_sha256" {
  description = "SHA-256 of the package"
  type        = string
}

variable "workloads" {
  description = "Networks of the site whose workloads may use the node (CIDR)"
  type        = list(string)
}

variable "peers" {
  description = "Networks of the nodes of other sites (CIDR)"
  type        = list(string)
}
