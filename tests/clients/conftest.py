"""A running service with a small model, shared by a module's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.classifier.given import a_folder
from tests.serving import Service, serving


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    with serving(folder, model_dir=a_folder(folder)) as running:
        yield running
