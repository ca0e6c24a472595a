"""What each API operation means, one module a family. Pure: an operation decides, ``pipeline`` commits."""
