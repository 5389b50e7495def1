"""Winnow: scores reader comments and answers accept, hold or reject."""

__version__ = "0.1.0"
