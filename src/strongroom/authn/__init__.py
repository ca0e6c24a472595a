"""From an HTTP request to a verified credential. Pure: time, secrets and look-ups are handed in."""
