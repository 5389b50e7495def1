"""Measurements against named references, each a module that runs alone."""
