"""XML as a stream, without what makes XML dangerous: no document types, so no entities, no files, no addresses fetched."""

from __future__ import annotations

import gzip
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any, cast
from xml.parsers import expat

from service.importing.pages import CannotImport

_CHUNK = 64 << 10
_DEEPEST = 64
_LONGEST = 1 << 20
"""Characters of an element that are kept."""

_MOST_CHILDREN = 5_000


class Element:
    """An element that was read whole; names without their namespaces."""

    __slots__ = ("_parts", "_size", "attributes", "children", "name", "path")

    def __init__(self, name: str, path: str, attributes: dict[str, str]) -> None:
        self.name, self.path, self.attributes = name, path, attributes
        self.children: list[Element] = []
        self._parts: list[str] = []
        self._size = 0

    def add(self, text: str) -> None:
        """Append text, up to what is kept."""
        if self._size < _LONGEST:
            self._parts.append(text[: _LONGEST - self._size])
            self._size += len(text)

    @property
    def text(self) -> str:
        """Give the text directly in it."""
        return "".join(self._parts)

    def of(self, *names: str) -> str:
        """Give the text of the first descendant by these names, each a child of the one before; empty when there is none."""
        found: Element | None = self
        for name in names:
            found = next((child for child in found.children if child.name == name), None) if found is not None else None
        return found.text.strip() if found is not None else ""


class ElementFile:
    """An XML file, perhaps packed with gzip."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0.0

    @property
    def identity(self) -> str:
        """Give what changes when the file does."""
        try:
            state = self._path.stat()
        except OSError as error:
            raise CannotImport(f"The file {self._path} cannot be read: {error.strerror}.") from None
        return f"{self._path.resolve()} {state.st_size} {state.st_mtime_ns}"

    def done(self) -> float:
        """Tell which part of the file's bytes was read."""
        return self._read

    def elements(self, wanted: Collection[str]) -> Iterator[Element]:
        """Give the elements at these paths (``rss/channel/item``), each when it ends. Raises CannotImport.

        An element within another wanted one is given as well as being its child.
        """
        try:
            with self._path.open("rb") as raw:
                file = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if self._path.name.endswith(".gz") else raw
                yield from self._parse(file, raw, wanted)
        except (OSError, EOFError) as error:
            reason = getattr(error, "strerror", None) or "it is damaged"
            raise CannotImport(f"The file {self._path} cannot be read: {reason}.") from None

    def _parse(self, file: IO[bytes], raw: IO[bytes], wanted: Collection[str]) -> Iterator[Element]:
        size = os.fstat(raw.fileno()).st_size or 1
        builder = _Builder(wanted)
        while chunk := file.read(_CHUNK):
            builder.feed(chunk)
            self._read = min(1.0, raw.tell() / size)
            yield from builder.take()
        builder.feed(b"", last=True)
        yield from builder.take()


class _Builder:
    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted
        self._names: list[str] = []
        self._open: list[Element] = []
        self._finished: list[Element] = []
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise CannotImport(f"The file is not XML from line {error.lineno} on.") from None

    def take(self) -> list[Element]:
        finished, self._finished = self._finished, []
        return finished

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._names.append(_local(name))
        if len(self._names) > _DEEPEST:
            raise CannotImport("The file is nested too deeply.")
        path = "/".join(self._names)
        if self._open or path in self._wanted:
            element = Element(self._names[-1], path, {_local(each): value for each, value in attributes.items()})
            if self._open and len(self._open[-1].children) < _MOST_CHILDREN:
                self._open[-1].children.append(element)
            self._open.append(element)

    def _end(self, _name: str) -> None:
        path = "/".join(self._names)
        self._names.pop()
        if self._open and self._open[-1].path == path:
            element = self._open.pop()
            if path in self._wanted:
                self._finished.append(element)

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].add(text)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(*_: Any) -> None:  # noqa: ANN401 # whatever a declaration says
    raise CannotImport("The file declares a document type or entities, which no export does; it is not read.")
