"""Policies and a question -> a decision with its reasons. Pure; knows only ``model`` and ``errors``."""
