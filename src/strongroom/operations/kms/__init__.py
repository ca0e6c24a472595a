"""AWS KMS, one module a family of operations; ``operations.table`` lists them all."""
