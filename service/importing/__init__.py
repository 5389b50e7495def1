"""Comments that were judged elsewhere, read from where they are: each source of them a module, all giving pages of records."""
