"""WordPress's export file (WXR). It leaves spam out, but carries what moderators told Akismet about each comment.

``akismet_user_result`` of a comment's metadata is a human's word: ``true`` is spam, ``false`` is none; ``akismet_user`` said so.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from service.domain import Comment
from service.importing.elements import Element, ElementFile
from service.importing.pages import Page, comment, human, judged, moment, paged
from service.store.imports import Record

_ITEM = "rss/channel/item"
_OF_ITEM = ("link", "post_id")


class Wxr:
    """An export file."""

    def __init__(self, path: Path) -> None:
        self._file = ElementFile(path)
        self.origin = f"wxr {self._file.identity}"

    def done(self) -> float:
        """Tell which part was read."""
        return self._file.done()

    def pages(self, mark: str) -> Iterator[Page]:
        """Give the comments of all articles."""
        return paged(self._records(time.time()), mark)

    def _records(self, now: float) -> Iterator[Record]:
        article: dict[str, str] = {}
        paths = {f"{_ITEM}/{name}" for name in (*_OF_ITEM, "title", "comment")}
        for element in self._file.elements(paths):
            if element.name == "title":  # an item's first element
                article = {}
            elif element.name in _OF_ITEM:
                article[element.name] = element.text.strip()
            else:
                yield _record(element, article, now)


def _record(element: Element, article: dict[str, str], now: float) -> Record:
    said = {meta.of("meta_key"): meta.of("meta_value") for meta in element.children if meta.name == "commentmeta"}
    fields = judged(element.of("comment_approved"), "wordpress")
    fields |= human(said.get("akismet_user_result", ""), f"wordpress {said.get('akismet_user', '')}".strip())
    date = element.of("comment_date_gmt")
    return Record(comment=_comment(element, article, date), at=moment(date, now), **fields)


def _comment(element: Element, article: dict[str, str], date: str) -> Comment:
    parent = element.of("comment_parent")
    return comment(
        "wordpress",
        text=next((child.text for child in element.children if child.name == "comment_content"), ""),
        author=element.of("comment_author"),
        author_email=element.of("comment_author_email"),
        author_url=element.of("comment_author_url"),
        user_ip=element.of("comment_author_IP"),
        type=element.of("comment_type") or "comment",
        external_id=element.of("comment_id"),
        parent_id="" if parent == "0" else parent,
        article_id=article.get("post_id", ""),
        permalink=article.get("link", ""),
        date=date,
    )
