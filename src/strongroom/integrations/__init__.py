"""Services that use KMS keys: clients of the wire API, which import none of the stations (an import contract says so)."""
