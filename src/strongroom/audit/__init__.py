"""What happened, durably: CloudTrail-shaped records and the hash-chained journal that holds them."""
