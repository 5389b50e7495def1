"""All SQL: tables, queries, and the writer that commits many requests together."""
