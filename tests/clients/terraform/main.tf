terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "stage" {
  type    = string
  default = "test"
}

variable "replica" {
  type    = bool
  default = true
}

provider "aws" {
  region = "us-east-1"
  default_tags {
    tags = { owner = "platform" }
  }
}

provider "aws" {
  alias  = "europe"
  region = "eu-west-1"
}

data "aws_caller_identity" "current" {}

locals {
  account = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
}

# --- who -----------------------------------------------------------------------------------------

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [local.account]
    }
  }
}

resource "aws_iam_role" "orders" {
  name               = "orders"
  path               = "/shop/"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "random" {
  statement {
    actions   = ["kms:GenerateRandom"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "random" {
  name   = "random"
  policy = data.aws_iam_policy_document.random.json
}

resource "aws_iam_role_policy_attachment" "random" {
  role       = aws_iam_role.orders.name
  policy_arn = aws_iam_policy.random.arn
}

resource "aws_iam_user" "carol" {
  name          = "carol"
  force_destroy = true
}

resource "aws_iam_group" "shop" {
  name = "shop"
}

resource "aws_iam_user_group_membership" "carol" {
  user   = aws_iam_user.carol.name
  groups = [aws_iam_group.shop.name]
}

# --- keys ----------------------------------------------------------------------------------------

data "aws_iam_policy_document" "orders" {
  statement {
    sid       = "Administration"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [local.account]
    }
  }
  statement {
    sid       = "Use"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_role.orders.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "kms:EncryptionContext:app"
      values   = ["orders"]
    }
  }
}

resource "aws_kms_key" "orders" {
  description             = "Orders, ${var.stage}"
  policy                  = data.aws_iam_policy_document.orders.json
  enable_key_rotation     = true
  multi_region            = true
  deletion_window_in_days = 7
  tags                    = { stage = var.stage }
}

resource "aws_kms_replica_key" "orders" {
  count                   = var.replica ? 1 : 0
  provider                = aws.europe
  primary_key_arn         = aws_kms_key.orders.arn
  description             = "Orders, in Europe"
  policy                  = data.aws_iam_policy_document.orders.json
  deletion_window_in_days = 7
}

resource "aws_kms_key" "signing" {
  description              = "Signs receipts"
  customer_master_key_spec = "ECC_NIST_P256"
  key_usage                = "SIGN_VERIFY"
}

resource "aws_kms_external_key" "brought" {
  description             = "Material of our own"
  key_material_base64     = "4pncPYyyXaxfCLvrcsQ4X2YbFZ8gyaqYWgfqn0dbgTA="
  deletion_window_in_days = 7
  enabled                 = true
}

resource "aws_kms_alias" "orders" {
  name          = "alias/orders"
  target_key_id = aws_kms_key.orders.key_id
}

resource "aws_kms_grant" "carol" {
  name              = "carol"
  key_id            = aws_kms_key.orders.key_id
  grantee_principal = aws_iam_user.carol.arn
  operations        = ["Encrypt", "DescribeKey"]
  constraints {
    encryption_context_subset = { app = "orders" }
  }
}

# --- what is sealed ------------------------------------------------------------------------------

resource "aws_kms_ciphertext" "password" {
  key_id    = aws_kms_key.orders.key_id
  plaintext = "correct horse battery staple"
  context   = { app = "orders" }
}

data "aws_kms_secrets" "password" {
  secret {
    name    = "password"
    payload = aws_kms_ciphertext.password.ciphertext_blob
    context = { app = "orders" }
  }
}

data "aws_kms_public_key" "signing" {
  key_id = aws_kms_key.signing.arn
}

# --- what is kept of it all ----------------------------------------------------------------------

resource "aws_cloudtrail" "all" {
  name                       = "all"
  s3_bucket_name             = "audit-logs"
  is_multi_region_trail      = true
  enable_log_file_validation = true
}

output "key" {
  value = aws_kms_key.orders.arn
}

output "receipts" {
  value = data.aws_kms_public_key.signing.public_key_pem
}

output "password" {
  value     = data.aws_kms_secrets.password.plaintext["password"]
  sensitive = true
}
