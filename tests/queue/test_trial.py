"""A new moderator, from the set-up link to decided comments."""

from __future__ import annotations

import pytest

from tests.queue.given import forget, link
from tests.queue.trial import try_it
from tests.queue.waiting import hold
from tests.serving import serving


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_new_moderator_clears_the_queue_from_the_keyboard(tmp_path, tab, script):
    """Link, name, address, password, and every comment decided by its key, or without script by its button; no mouse."""
    with serving(tmp_path, deadline_ms=10_000) as service:
        hold(service, *(f"A remark of its own, {chr(97 + number) * 9}" for number in range(8)))
        trial = try_it(tab(java_script_enabled=script), link(service), 8, script=script)
        forget(service)
    assert trial.decided == 8
    assert trial.whole < 60
