"""Where the service models of strongroom's own services are, for botocore to load. Tests of clients may use it."""

from pathlib import Path

OWN_MODELS = Path(__file__).parents[2] / "src" / "strongroom" / "wire" / "models"
