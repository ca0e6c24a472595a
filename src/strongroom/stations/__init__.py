"""The stations of ``pipeline`` that need more than one module of the corridor: who calls, what is allowed, what is recorded."""
