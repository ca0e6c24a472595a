"""The shapes of each AWS service, generated from its service model by ``tools/generate_shapes.py``: not edited."""
