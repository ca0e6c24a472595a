"""The nouns of the house: frozen values without behaviour that needs the world. Imports nothing but ``errors``."""
