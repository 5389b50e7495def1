"""The platforms, a module each, found by their names: a new one needs no entry anywhere."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from service.api.webhooks.contract import Adapter


@cache
def names() -> tuple[str, ...]:
    """Name the platforms."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def adapter(name: str) -> Adapter:
    """Give a platform's adapter. Raises KeyError for one that there is not."""
    if name not in names():
        raise KeyError(name)
    found: Adapter = import_module(f"{__name__}.{name}").ADAPTER
    return found
