"""AWS STS: who am I, and short-lived credentials."""
