"""The Kubernetes KMS v2 plugin. ``k8s_kms_v2.proto`` is the published k8s.io/kms/apis/v2/api.proto (v0.37.2) under a name of its own."""
