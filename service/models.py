"""The models in use: the shared one, those of single sites, and a challenger that is scored without deciding."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from service.classifier.artefact import ArtefactRefused
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


def _stamp(folder: Path) -> object:
    """Give what changes when another model lies in the folder, or the folder is another."""
    found: list[object] = [str(folder)]
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        state = path.stat()
        found.append((path.name, state.st_mtime_ns, state.st_size, state.st_ino))
    return found
