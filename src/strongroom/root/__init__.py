"""Root key protectors: what stands between a stolen disk and the domain key. ``port`` says what one must do."""
