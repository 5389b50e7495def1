"""Where work that can be divided is done: in this process, or on an existing Dask cluster. Results are the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

LOCAL = "local"
SCHEME = "dask://"
AHEAD = 4
"""So many items for each worker are under way at once: what waits needs memory here."""


class UnusableEngine(ValueError):  # named like the other refusals
    """An engine that cannot be used; the message is a full sentence."""


class Engine(Protocol):
    """Calls a function for many items; ``shared`` goes to each worker once."""

    def map(self, function: Callable[[S, T], R], shared: S, items: Iterable[T]) -> Iterator[R]:
        """Yield ``function(shared, item)`` for every item, in order."""


class Local:
    """One process, one item after the other."""

    def map(self, function: Callable[[S, T], R], shared: S, items: Iterable[T]) -> Iterator[R]:
        """Yield ``function(shared, item)`` for every item, in order."""
        return (function(shared, item) for item in items)


class Cluster:
    """A Dask cluster; its workers need this package and its feature code."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 # distributed.Client, an optional dependency
        self._client = client

    def map(self, function: Callable[[S, T], R], shared: S, items: Iterable[T]) -> Iterator[R]:
        """Yield ``function(shared, item)`` for every item, in order."""
        held = self._client.scatter(shared, broadcast=True, hash=False)
        most = AHEAD * len(self._client.scheduler_info()["workers"])
        waiting: deque[Any] = deque()
        for item in items:
            waiting.append(self._client.submit(function, held, item, pure=False))
            if len(waiting) >= most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def open_engine(name: str) -> Iterator[Engine]:
    """Open ``local`` or ``dask://host:port``. Raises UnusableEngine."""
    if name == LOCAL:
        yield Local()
        return
    if not name.startswith(SCHEME):
        raise UnusableEngine(f"The engine must be {LOCAL} or {SCHEME}HOST:PORT.")
    try:
        from distributed import Client  # noqa: PLC0415 # an optional dependency
    except ImportError:
        raise UnusableEngine("A cluster needs the package distributed: install winnow[cluster].") from None
    try:
        client = Client(f"tcp://{name.removeprefix(SCHEME)}", timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError):
        raise UnusableEngine(f"No Dask scheduler answers at {name}.") from None
    with client:
        _refuse_other_code(client.run(_feature_code).values())
        yield Cluster(client)


def _feature_code() -> str:
    from service.text.feature_code import FEATURE_CODE  # noqa: PLC0415 # read on the worker

    return FEATURE_CODE


def _refuse_other_code(found: Iterable[str]) -> None:
    workers = list(found)
    if not workers:
        raise UnusableEngine("The cluster has no worker.")
    if set(workers) != {_feature_code()}:
        raise UnusableEngine("A worker of the cluster runs other feature code: it would read comments otherwise.")
