"""Tables of comments in files, read and written in batches, so that memory stays bounded however long the file is.

A file's kind is told by its name: ``.csv``, ``.jsonl`` (or ``.ndjson``), ``.parquet``, each also with ``.gz``. Columns that nobody
asked about pass through unchanged: within one kind to the last bit of every value, between kinds as far as the other can say it.
"""

from service.tables.files import ABSENT, KINDS, Batch, Kind, Sink, Source, UnusableTable, open_sink, open_source

__all__ = ["ABSENT", "KINDS", "Batch", "Kind", "Sink", "Source", "UnusableTable", "open_sink", "open_source"]
