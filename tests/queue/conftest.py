"""A service with two sites for each module, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.domain import Role
from tests.browser import browser, tab
from tests.queue.given import Client, add_site, forget, someone, stranger
from tests.serving import Service, serving

__all__ = ["browser", "tab"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Sites `blog` and `other`."""
    with serving(tmp_path_factory.mktemp("service"), deadline_ms=10_000) as running:  # a busy machine is no failure
        add_site(running, "other")
        yield running
        forget(running)


@pytest.fixture
def nobody(service: Service) -> Client:
    return stranger(service)


@pytest.fixture
def admin(service: Service) -> Client:
    """Who administers everything."""
    return someone(service, Role.ADMIN, name="Ana Admin")
