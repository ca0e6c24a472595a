"""The wire: bytes to typed shapes and back, in AWS's two dialects (JSON 1.1 and query). No I/O."""
