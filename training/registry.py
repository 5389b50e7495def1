"""Models in the data folder: a folder for each version, small files that point at those in use, and what was pointed at before.

``champion`` decides, ``challenger`` is scored in shadow, ``site-<id>`` decides for one site. A pointer names a version and is
swapped whole; running services look every second.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from service.classifier import artefact
from service.classifier.artefact import ArtefactRefused
from service.classifier.card import Card
from service.settings import STARTER_MODEL

CHAMPION, CHALLENGER = "champion", "challenger"
STARTER = "starter"
"""The name under which the model that ships with the service is pointed at: no folder here has it."""

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,63}")


class NoSuchModel(LookupError):  # named like the other refusals
    """There is no model of this version."""


class NothingBefore(LookupError):  # as above
    """The pointer was never moved: there is nothing to roll back to."""


class Change(Struct, frozen=True):
    """One move of a pointer; an empty version is the starter model, or none for a challenger or a site."""

    at: str
    pointer: str
    before: str
    version: str
    why: str = ""


class Entry(Struct, frozen=True):
    """One model: its card's main points, which pointers name it, and why it should be fitted anew, if it should.

    ``unlabelled`` is how many comments without a label it learnt from.
    """

    version: str
    created: str
    parent: str
    rows: int
    roles: tuple[str, ...]
    snapshot: str
    warnings: tuple[str, ...] = ()
    unlabelled: int = 0


class Registry:
    """The folder ``models`` of an installation; made when it is first written to."""

    def __init__(self, folder: Path, starter: Path = STARTER_MODEL) -> None:
        self.folder = folder
        self.starter = starter

    def path(self, version: str) -> Path:
        """Give a version's folder; the starter model's for ``starter`` or nothing. Raises NoSuchModel."""
        if version in ("", STARTER):
            return self.starter
        path = self.folder / version
        if not _VERSION.fullmatch(version) or not path.is_dir():
            known = ", ".join(sorted(self.versions())) or "none yet"
            raise NoSuchModel(f"There is no model {version!r}. Known models: {known}.")
        return path

    def versions(self) -> list[str]:
        """Name the versions that have a folder."""
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return [path.name for path in found if path.is_dir() and _VERSION.fullmatch(path.name)]

    def unused(self, version: str) -> Path:
        """Give the folder of a model that is still to be made. Raises ValueError for a name that none can have or one has."""
        if version == STARTER or not _VERSION.fullmatch(version):
            raise ValueError(
                "A model's name has letters, digits and . _ + - alone, begins with a letter or digit, and is not 'starter'."
            )
        if (self.folder / version).exists():
            raise ValueError(f"There is a model {version} already.")
        return self.folder / version

    def card(self, version: str) -> Card:
        """Read a version's card; raises NoSuchModel and ArtefactRefused."""
        return artefact.parse((self.path(version) / artefact.CARD).read_bytes())

    def pointed(self, pointer: str) -> str:
        """Tell which version a pointer names; empty for none."""
        try:
            return (self.folder / pointer).read_text("utf-8").strip()
        except OSError:
            return ""

    def pointers(self) -> dict[str, str]:
        """Give all pointers that name a version."""
        names = (path.name for path in self.folder.iterdir() if path.is_file()) if self.folder.is_dir() else ()
        found = {name: self.pointed(name) for name in names if name in (CHAMPION, CHALLENGER) or name.startswith("site-")}
        return {name: version for name, version in found.items() if version}

    def point(self, pointer: str, version: str, why: str = "") -> Change:
        """Swap a pointer, durably and whole; an empty version takes it away. Raises NoSuchModel."""
        self.path(version)
        change = Change(datetime.now(UTC).isoformat(timespec="seconds"), pointer, self.pointed(pointer), version, why)
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{pointer}.{os.getpid()}"
        with draft.open("w", encoding="utf-8") as file:
            file.write("" if version == STARTER else version)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.folder / pointer)
        self._remember(change)
        return change

    def _remember(self, change: Change) -> None:
        with (self.folder / "changes.jsonl").open("ab") as file:
            file.write(msgspec.json.encode(change) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def changes(self, pointer: str | None = None) -> list[Change]:
        """List moves of a pointer, or of all, oldest first."""
        path = self.folder / "changes.jsonl"
        lines = path.read_bytes().splitlines() if path.is_file() else []
        found = [msgspec.json.decode(line, type=Change) for line in lines]
        return [change for change in found if pointer in (None, change.pointer)]

    def rollback(self, pointer: str) -> Change:
        """Point at what was in use before; again and again goes further back. Raises NothingBefore and NoSuchModel."""
        stack: list[str] = []
        for change in self.changes(pointer):
            if change.why == "rollback":
                stack.pop()
            else:
                stack.append(change.before)
        if not stack:
            raise NothingBefore(f"The {pointer} was never changed: there is nothing to go back to.")
        return self.point(pointer, stack[-1], "rollback")

    def list_all(self) -> list[Entry]:
        """Describe all models, the shipped one first, then oldest first; a damaged one with its reason as a warning."""
        pointers, flags = self.pointers(), self.flags()
        found = [self._entry(version, pointers, flags) for version in self.versions()]
        shipped = self._entry(STARTER, {} if CHAMPION in pointers else {CHAMPION: STARTER}, flags)
        return [shipped, *sorted(found, key=lambda entry: entry.created)]

    def _entry(self, version: str, pointers: dict[str, str], flags: dict[str, str]) -> Entry:
        roles = tuple(sorted(name for name, named in pointers.items() if named == version))
        try:
            card = self.card(version)
        except (ArtefactRefused, OSError) as error:
            return Entry(version, "", "", 0, roles, "", (f"cannot be loaded: {error}",))
        rows = sum(source.ham + source.spam + source.abuse for source in card.data)
        warnings = [flags[version]] if version in flags else []
        if any(role.startswith("site-") for role in roles) and card.parent != self._champion():
            warnings.append(f"was made on {card.parent}, which is no longer the champion")
        snapshot, unlabelled = str(card.parameters.get("snapshot", "")), int(card.parameters.get("unlabelled", 0))
        return Entry(version, card.created, card.parent, rows, roles, snapshot, tuple(warnings), unlabelled)

    def _champion(self) -> str:
        """Tell the version on the card of the model that decides; empty when it cannot be read."""
        try:
            return self.card(self.pointed(CHAMPION)).version
        except (ArtefactRefused, OSError, NoSuchModel):
            return ""

    def flags(self) -> dict[str, str]:
        """Give what must be known of a model beyond its card, by version."""
        path = self.folder / "flags.json"
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str]) if path.is_file() else {}

    def flag(self, snapshot: str, what: str, *, labelled: bool = True) -> list[str]:
        """Flag every model that was fitted on a snapshot, or that learnt from what has no label there; give their versions."""
        fitted = [entry for entry in self.list_all() if snapshot and entry.snapshot == snapshot]
        found = [entry.version for entry in fitted if labelled or entry.unlabelled]
        if found:
            draft = self.folder / ".flags.json"
            draft.write_bytes(msgspec.json.encode(self.flags() | dict.fromkeys(found, what)))
            draft.rename(self.folder / "flags.json")
        return found

    def remove(self, version: str) -> None:
        """Delete a model that no pointer names. Raises NoSuchModel and ValueError."""
        path = self.path(version)
        if path == self.starter or version in self.pointers().values():
            raise ValueError(f"The model {version or STARTER} is in use.")
        shutil.rmtree(path)
