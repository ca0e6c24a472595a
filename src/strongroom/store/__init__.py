"""Where everything that must be remembered is kept: ``port`` says what we ask, the other modules how it is done."""
