"""strongroom: AWS KMS that you run yourself. ``docs/architecture.md`` is the plan of the house."""
