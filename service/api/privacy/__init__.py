"""The page that tells the readers of a site what is kept of them; its words lie in a JSON file for each language."""
