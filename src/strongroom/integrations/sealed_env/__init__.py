"""Environment files whose secret values are sealed under a KMS key. Format: docs/formats/env-file.md."""
