"""Training from the model's page: only where the installation allows it, by admins, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from service import workshop
from service.domain import Role
from service.queue.views.training import PARTS
from service.store import audit
from service.workshop import State, Task
from tests.browser import findings
from tests.queue.given import someone, stored
from tests.queue.papers import with_scores
from tests.queue.test_screens import overflow
from tests.serving import serving
from tests.wordpress.blog import until
from training.commands import bars
from training.registry import Registry


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


def test_a_layer_is_taken_back_by_who_administers_its_site(willing):
    """The shared model decides there again; nobody else's task is touched, and what is no layer is not gone back from."""
    registry = Registry(Path(willing.database_url.removeprefix("sqlite:///")).parent / "models")
    with_scores(registry.folder, "a-layer")
    registry.point("site-1", "a-layer", "promote")
    ben = someone(willing, name="Ben", blog=Role.ADMIN)
    willing.until(lambda: "a layer of its own" in ben.get("/model").text)
    assert "back to this site's layer" not in someone(willing, blog=Role.LEAD).get("/model").text.replace("&#39;", "'")
    ben.post("/model/1/layer", do="back")
    willing.until(lambda: "Done." in ben.get("/model").text)
    willing.until(lambda: "a layer of its own on" not in ben.get("/model").text)
    assert (registry.pointed("site-1"), ben.post("/model/1/layer", do="back").status_code) == ("", 409)
    entry = stored(willing, lambda connection: audit.entries(connection, what="model.rollback", limit=1))[0]
    assert (entry.who, entry.site_id, entry.target) == ("Ben", 1, "a-layer")


def test_the_page_tells_how_far_a_task_is_and_when_it_ended(willing, ada, tab):
    """Percent and log come by themselves; stopped, the page says what came of it; nothing was loaded anew by hand."""
    page = tab(viewport={"width": 1280, "height": 900})
    page.context.add_cookies(ada.cookies(willing))
    page.goto(f"http://127.0.0.1:{willing.port}/model")
    page.get_by_role("button", name="Retrain", exact=True).click()
    page.locator("#task-log").get_by_text("$ winnow-train snapshot").wait_for(timeout=90_000)
    assert re.search(r"\d+% .*Step 1 of 3", page.locator("#task-state").inner_text())
    assert 0 <= page.locator("#task-state progress").evaluate("bar => bar.value") < 0.1
    page.get_by_role("button", name="Stop it").click()
    page.locator("#said").get_by_text("It did not end well").wait_for(timeout=60_000)
    assert page.get_by_role("button", name="Retrain", exact=True).is_visible()
    assert page.complaints == []


def at_step(folder, step: int, said: str) -> State:
    """A retraining that is at a step, begun at the moment 1000."""
    workshop._write(folder, workshop.Paper(Task("retrain", "v", "Ada", 1000.0), process=1, step=step))
    (folder / "task.log").write_text(said)
    os.utime(folder / "task.log", (1100.0, 1100.0))
    return workshop.state(folder)


def test_a_share_grows_from_part_to_part(tmp_path):
    """What a command tells counts within its part, a finished command whole; lines that only count are not shown."""
    steps = [
        (0, "$ winnow-train snapshot\n"),
        (0, "$ winnow-train snapshot\nlooking for near-duplicates: 1 of 2\n"),
        (1, "looking for near-duplicates: 2 of 2\n$ winnow-train fit\n"),
        (1, "$ winnow-train fit\nreading: 9 of 9\nheld out: 2 of 5\n"),
        (1, "$ winnow-train fit\nheld out: 5 of 5\nfitting on all: 0 of 1\n"),
        (2, "$ winnow-train fit\nfitting on all: 1 of 1\n$ winnow-train report v\n"),
    ]
    states = [at_step(tmp_path, *each) for each in steps]
    shares = [each.share(1100.0) for each in states]
    assert shares == sorted(set(shares))
    assert (shares[0], states[0].left(1100.0)) == (0.0, None)
    assert states[3].left(1100.0) == pytest.approx(100 * (1 - shares[3]) / shares[3])
    later = [states[3].share(at) for at in (1110.0, 1120.0, 1500.0, 9000.0)]
    assert shares[3] < later[0] < later[1] < later[2] == later[3] < shares[4]
    assert states[3].said == "$ winnow-train fit\n"


def test_a_log_is_told_how_far_a_command_is():
    """At most a line a second, and the last of each thing; the page reads what the commands write."""
    written, moments = [], iter([0.0, 0.4, 1.1, 1.5, 1.6])
    say = bars.lines(written.append, lambda: next(moments))
    for done in range(4):
        say("held out", done, 9)
    say("held out", 9, 9)
    assert written == ["held out: 0 of 9", "held out: 2 of 9", "held out: 9 of 9"]
    assert [workshop._DOING.fullmatch(line).groups() for line in written][-1] == ("held out", "9", "9")
    told = {what for parts in workshop._PARTS.values() for _step, what, _weight in parts if what}
    assert told == set(PARTS)


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
