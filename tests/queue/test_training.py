"""Training from the model's page: only where the installation allows it, by admins, in a process of its own."""

from __future__ import annotations

import os
import signal

import pytest

from service import workshop
from service.domain import Role
from service.store import audit
from service.workshop import Task
from tests.browser import findings
from tests.queue.given import someone, stored
from tests.queue.test_screens import overflow
from tests.serving import serving
from tests.wordpress.blog import until


@pytest.fixture(scope="module")
def willing(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("willing"), deadline_ms=10_000, train_from_pages=True) as running:
        yield running


@pytest.fixture(scope="module")
def ada(willing):
    return someone(willing, Role.ADMIN, name="Ada Admin")


def ended(willing, ada) -> str:
    """The page once the task has ended."""
    willing.until(lambda: "Step " not in ada.get("/model").text, 200)
    return ada.get("/model").text


def test_it_is_off_unless_set(service, admin):
    """No button, and no way round it; the page says how to switch it on and what to type."""
    page = admin.get("/model").text
    assert ('value="retrain"' in page, "WINNOW_TRAIN_FROM_PAGES=true" in page, "winnow-train fit" in page) == (False, True, True)
    assert admin.post("/model/task", do="retrain").status_code == 403


def test_what_is_refused_is_told_on_the_page(willing, ada):
    """There is no model before the first: the command's own words stand there, and who wished for it in the log."""
    assert 'value="retrain"' in ada.get("/model").text
    ada.post("/model/task", do="rollback")
    page = ended(willing, ada)
    assert "It did not end well" in page
    assert "$ winnow-train rollback" in page
    entry = stored(willing, lambda connection: audit.entries(connection, what="model.rollback", limit=1))[0]
    assert entry.who == "Ada Admin"


def test_only_models_that_are_there_can_be_named(willing, ada):
    """Neither another folder nor an option of the command line."""
    for version in ("none", "../models", "--help", ""):
        assert ada.post("/model/task", do="promote", version=version).status_code == 404


def test_one_task_at_a_time_and_it_can_be_stopped(willing, ada):
    """While one runs the next is refused; stopped, it ends, and the page says so."""
    ada.post("/model/task", do="retrain")
    assert ada.post("/model/task", do="rollback").status_code == 409
    willing.until(lambda: "$ winnow-train" in ada.get("/model").text)
    ada.post("/model/task", do="stop")
    assert "It did not end well" in ended(willing, ada)


def test_a_service_that_runs_in_the_background_stops_its_tasks_too(tmp_path):
    """A shell lets what it starts there ignore interruptions, and whatever that starts after it."""
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        workshop.start(tmp_path, Task("retrain", "one", "Ada", 0.0), os.environ | {"WINNOW_DATA_DIR": str(tmp_path)})
    finally:
        signal.signal(signal.SIGINT, heard)
    assert until(lambda: "$ winnow-train" in workshop.state(tmp_path).said)
    assert workshop.stop(tmp_path)
    assert until(lambda: not workshop.state(tmp_path).running)
    assert workshop.state(tmp_path).paper.status == 130


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_in_order_with_a_task_on_it(willing, ada, tab, width):
    """axe finds nothing serious, the console nothing, nothing sticks out, with what the command said."""
    ada.post("/model/task", do="rollback")
    ended(willing, ada)
    page = tab(viewport={"width": width, "height": 800})
    page.context.add_cookies(ada.cookies(willing))
    page.goto(f"http://127.0.0.1:{willing.port}/model")
    assert page.locator("pre.output").is_visible()
    assert (findings(page), max(overflow(page), 0), page.complaints) == ([], 0, [])


def test_a_task_that_was_killed_is_no_running_one(tmp_path):
    """The lock tells, whatever the papers say."""
    workshop._write(tmp_path, workshop.Paper(Task("retrain", "v", "Ada", 1.0), process=1))
    (tmp_path / "task.log").write_text("half a line")
    found = workshop.state(tmp_path)
    assert (found.running, found.failed, found.said) == (False, True, "half a line")
