"""The process: HTTP edge, workers, TLS, health and metrics. Everything it answers comes from ``pipeline``."""
