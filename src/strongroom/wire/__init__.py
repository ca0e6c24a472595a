"""The wire: bytes to typed shapes and back, in AWS's two dialects (JSON 1.1 and query). Pure: no clock, no socket, no file."""
