"""Full-text search over stored comments, the same on SQLite and PostgreSQL.

``words`` cuts text into words, ``documents`` makes of a comment the words it is found by, ``query`` reads what was typed,
``indexer`` keeps the index in the background, ``finding`` answers: what is not indexed yet is looked through as it is stored, so
that nothing is missing.
"""
