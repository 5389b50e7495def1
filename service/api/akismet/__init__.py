"""The Akismet-compatible API, as its clients really use it."""
