"""The models in use: the shared one, those of single sites, and a challenger that is scored without deciding."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from service.classifier import artefact
from service.classifier.artefact import ArtefactRefused
from service.classifier.card import Card
from service.classifier.classifier import Classifier
from service.domain import Head, Lines

_log = logging.getLogger(__name__)

SHARED, CHALLENGER, SITE = "champion", "challenger", "site-"
"""Names of the pointers in the data folder; a site's has its number at the end."""


class Models:
    """Loads what the pointers name and looks whether they changed; a refused model leaves the one before in its place."""

    def __init__(self, folders: Callable[[], Mapping[str, Path]]) -> None:
        self._folders = folders
        self._loaded: dict[str, Classifier] = {}
        self._stamps: dict[str, object] = {}
        self.refused = "no model was loaded yet"

    def refresh(self) -> dict[str, Classifier] | None:
        """Load what changed and give all models by pointer; None when nothing did. Not for the event loop: it reads files."""
        folders = self._folders()
        stamps = {name: _stamp(folder) for name, folder in folders.items()}
        if stamps == self._stamps:
            return None
        kept = {name: model for name, model in self._loaded.items() if name in folders}
        fresh = {name for name in folders if stamps[name] != self._stamps.get(name)}
        self._stamps = stamps
        for name in sorted(fresh):
            if (model := self._load(name, folders[name])) is not None:
                kept[name] = model
        self._loaded = kept
        return dict(kept)

    def _load(self, name: str, folder: Path) -> Classifier | None:
        try:
            model = Classifier.load(folder)
        except ArtefactRefused as error:
            _log.error("the model in %s is refused: %s", folder, error)  # the reason is the whole story
            if name == SHARED:
                self.refused = str(error).rstrip(".")
            return None
        _log.info("%s: model %s", name, model.version)
        return model


def lines_of(model: Classifier | None) -> dict[Head, Lines]:
    """Give a model's lines; none without a model."""
    return model.lines if model is not None else {}


def by_site(models: Mapping[str, Classifier]) -> dict[int, Classifier]:
    """Pick the models of single sites, by site id."""
    return {int(name.removeprefix(SITE)): model for name, model in models.items() if name.removeprefix(SITE).isdecimal()}


class Shelved(Struct, frozen=True):
    """A model in the data folder: its card, or why it cannot be loaded, and the pointers that name it."""

    version: str
    card: Card | None
    refused: str
    roles: tuple[str, ...]


def shelf(folder: Path, in_use: Mapping[str, Path]) -> list[Shelved]:
    """Describe the models in the data folder, the newest first, by their cards alone. Reads files: not for the event loop."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.name.startswith("."):
            roles = tuple(sorted(name for name, used in in_use.items() if used == path))
            found.append(_shelved(path, roles))
    return sorted(found, key=lambda each: each.card.created if each.card is not None else "", reverse=True)


def _shelved(path: Path, roles: tuple[str, ...]) -> Shelved:
    try:
        return Shelved(path.name, artefact.parse((path / artefact.CARD).read_bytes()), "", roles)
    except (ArtefactRefused, OSError) as error:
        return Shelved(path.name, None, str(error) if isinstance(error, ArtefactRefused) else "It has no card.", roles)


def _stamp(folder: Path) -> object:
    """Give what changes when another model lies in the folder, or the folder is another."""
    found: list[object] = [str(folder)]
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        state = path.stat()
        found.append((path.name, state.st_mtime_ns, state.st_size, state.st_ino))
    return found
