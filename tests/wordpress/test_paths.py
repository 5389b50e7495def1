"""The walk with real WordPress, where its packages can be installed; elsewhere the page is at least complete."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.wordpress.packages import SUITES, Missing, programs
from tests.wordpress.paths import Tour, paths
from tests.wordpress.walk import told, walk

WANTED = os.environ.get("WINNOW_WORDPRESS", " ".join(SUITES) if os.environ.get("CI") else "").split()
"""Releases to walk with: all of them in CI, else what the variable names."""


def named(*, called_back: bool) -> dict[str, str]:
    """The paths and where they must end, by name."""
    tour = Tour(None, None, None, called_back=called_back)  # type: ignore[arg-type] # nobody walks here
    return {name: wanted for name, _, wanted in paths(tour)}


def test_the_page_tells_of_every_path_as_it_must_end():
    """With three releases of the plugin, of which the oldest cannot be called back."""
    assert told() == {release: named(called_back=release > "5.2") for release in ("5.0.2", "5.5", "5.7.2")}


@pytest.mark.parametrize("suite", SUITES)
def test_every_path_is_walked_with_a_real_wordpress(suite: str, tmp_path: Path) -> None:
    """As visitor, administrator and moderator, with the unmodified plugin of that release."""
    if suite not in WANTED:
        pytest.skip(f"No walk with WordPress: WINNOW_WORDPRESS={suite} (needs PHP and MariaDB) or CI asks for it.")
    try:
        programs(install=os.geteuid() == 0)
        walked = walk(suite, tmp_path, tmp_path, print)
    except Missing as missing:  # what others made and we cannot have here: not our failure
        pytest.skip(f"No walk with WordPress: {missing}")
    assert walked.wrong == []
    assert walked.ended == told().get(walked.plugin, walked.ended)  # a release may have come out since the page was written
