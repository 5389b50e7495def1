"""A model's papers: what it is, what it was made of, how good it is, and probes that prove it scores as when it was made."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from service.domain import Comment, Head, Lines

FORMAT = 1

Digest = Annotated[str, Meta(pattern=r"\A([0-9a-f]{64})?\Z")]
Count = Annotated[int, Meta(ge=0)]


class DataSource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where examples came from and how many of each label; ``licence`` and ``note`` in words."""

    name: str
    ham: Count = 0
    spam: Count = 0
    abuse: Count = 0
    licence: str = ""
    note: str = ""


class Metric(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure of the report with its 95 % interval and the number of rows it was measured on; ``source`` was held out."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    rows: Count = 0
    head: Head | None = None
    source: str = ""


class Probe(Struct, frozen=True, forbid_unknown_fields=True):
    """A comment with its expected scores, to be met within 1e-6."""

    comment: Comment
    spam: Annotated[float, Meta(ge=0, le=1)]
    abuse: Annotated[float, Meta(ge=0, le=1)]


class Card(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model's card. ``created`` is UTC in ISO 8601; ``parent`` the version it was fitted to replace.

    ``seal`` in ``artefact`` fills the last six fields: format, codes of feature and kernel sources, size and SHA-256 of the
    weights, and ``digest``, the SHA-256 of the card's canonical JSON with an empty ``digest``.
    """

    version: Annotated[str, Meta(pattern=r"\A[0-9A-Za-z][0-9A-Za-z._+-]{0,63}\Z")]
    created: str
    lines: dict[Head, Lines]
    probes: Annotated[tuple[Probe, ...], Meta(min_length=1, max_length=1000)]
    data: tuple[DataSource, ...] = ()
    parameters: dict[str, str | int | float | bool] = {}
    report: tuple[Metric, ...] = ()
    parent: str = ""
    format: int = FORMAT
    feature_code: str = ""
    kernel_code: str = ""
    weights_bytes: Count = 0
    weights_sha256: Digest = ""
    digest: Digest = ""
