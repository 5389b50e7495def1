"""Disqus's export file. Newer ones carry neither e-mail nor network addresses; what is there is taken."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from service.importing.elements import Element, ElementFile
from service.importing.pages import Page, comment, judged, moment, paged
from service.store.imports import Record


class Disqus:
    """An export file. The addresses of its threads are kept while it is read: memory grows with articles, not with comments."""

    def __init__(self, path: Path) -> None:
        self._file = ElementFile(path)
        self.origin = f"disqus {self._file.identity}"

    def done(self) -> float:
        """Tell which part was read."""
        return self._file.done()

    def pages(self, mark: str) -> Iterator[Page]:
        """Give the posts."""
        return paged(self._records(time.time()), mark)

    def _records(self, now: float) -> Iterator[Record]:
        links: dict[str, str] = {}
        for element in self._file.elements({"disqus/thread", "disqus/post"}):
            if element.name == "thread":
                links[element.attributes.get("id", "")] = element.of("link")
            else:
                yield _record(element, links, now)


def _record(element: Element, links: dict[str, str], now: float) -> Record:
    thread, parent, date = _reference(element, "thread"), _reference(element, "parent"), element.of("createdAt")
    said = comment(
        "disqus",
        text=element.of("message"),
        author=element.of("author", "name") or element.of("author", "username"),
        author_email=element.of("author", "email"),
        author_url=element.of("author", "link"),
        user_ip=element.of("ipAddress"),
        external_id=element.attributes.get("id", ""),
        parent_id=parent,
        article_id=thread,
        permalink=links.get(thread, ""),
        date=date,
    )
    return Record(comment=said, at=moment(date, now), **judged(_status(element), "disqus"))


def _status(element: Element) -> str:
    if element.of("isSpam") == "true":
        return "spam"
    if element.of("isDeleted") == "true":
        return "deleted"
    return "hold" if element.of("isApproved") == "false" else "approved"


def _reference(element: Element, name: str) -> str:
    return next((child.attributes.get("id", "") for child in element.children if child.name == name), "")
