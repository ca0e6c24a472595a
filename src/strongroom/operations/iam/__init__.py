"""AWS IAM: users and their access keys."""
