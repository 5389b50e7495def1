"""The two lines in a real Chromium: dragged, by keyboard, and without script; figures as the server works them out."""

from __future__ import annotations

import re
import time

import pytest

from service.domain import Role
from service.store import sites
from tests.browser import findings
from tests.queue.given import add_site, forget, someone, stored
from tests.queue.month import fill
from tests.queue.papers import with_scores
from tests.serving import serving

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A site with a month of three thousand comments, scored by a model whose card has held-out scores."""
    folder = tmp_path_factory.mktemp("month")
    with serving(folder, model_dir=with_scores(folder)) as running:
        add_site(running, "other")
        stored(running, lambda connection: fill(connection, 3_000, time.time(), 1, "tested"))
        viewer = someone(running, blog=Role.VIEWER)
        running.until(lambda: "In the queue a day" in viewer.get("/model?head=spam").text)
        yield running
        forget(running)


@pytest.fixture
def lines(service, tab):
    """Opens the model's page as someone of the site."""

    def open_lines(role=Role.LEAD, query="", **options):
        lea = someone(service, blog=role, name="Lea")
        page = tab(**{**LOOKS["light"], **options})
        page.context.add_cookies(lea.cookies(service))
        page.goto(f"http://127.0.0.1:{service.port}/model{query}")
        return page

    return open_lines


def figures(page) -> dict[str, str]:
    """Every figure of the tried lines by its name."""
    found = page.eval_on_selector_all("[data-then]", "all => all.map(each => [each.dataset.then, each.textContent])")
    return {name: " ".join(text.split()) for name, text in found}


def fields(page) -> tuple[str, str]:
    return page.locator("#f-hold").input_value(), page.locator("#f-reject").input_value()


@pytest.mark.parametrize(("hold", "reject"), [("0.500", "0.900"), ("0.301", "0.302"), ("0.050", "1.010"), ("0.720", "0.720")])
def test_script_and_server_work_out_the_same_figures(lines, hold, reject):
    """Shares, rates with their intervals, queue and minutes: typed in with script as sent without it, to the last digit."""
    page = lines()
    page.locator("#f-reject").fill(reject)
    page.locator("#f-hold").fill(hold)
    plain = lines(java_script_enabled=False)
    plain.locator("#f-reject").fill(reject)
    plain.locator("#f-hold").fill(hold)
    plain.get_by_role("button", name="Show figures").click()
    expected = figures(plain)
    assert len(expected) == 14
    assert figures(page) == expected
    assert page.complaints == []


def test_figures_come_by_themselves_once_they_are_counted(service, lines):
    """With other lines for spam in force, abuse is counted anew: the page waits for it, and what was typed meanwhile stays."""
    page = lines(query="?head=spam")
    page.locator("#f-hold").fill("0.612")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The lines are in force").wait_for()
    page.goto(f"http://127.0.0.1:{service.port}/model?head=abuse")
    page.locator("#f-hold").fill("0.321")
    page.locator("[data-then='month.items']").wait_for()
    plain = lines(query="?head=abuse&hold=0.321", java_script_enabled=False)
    assert (figures(page), fields(page)[0], page.complaints) == (figures(plain), "0.321", [])
    page.goto(f"http://127.0.0.1:{service.port}/model")
    page.locator("summary").get_by_text("Former lines").click()
    page.get_by_role("button", name="The model's own lines").click()
    page.get_by_text("The lines are in force").wait_for()


def test_a_handle_is_dragged(lines):
    """The figures follow while it moves; it stops at the other handle; nothing is sent to the server."""
    page = lines()
    before, asked = figures(page), []
    page.on("request", lambda request: asked.append(request.url))
    box = page.locator("#s-hold").bounding_box()
    width, y = box["width"] - 24, box["y"] + box["height"] / 2

    def x(line: float) -> float:
        return box["x"] + 12 + width * line * 1000 / 1001

    page.mouse.move(x(float(fields(page)[0])), y)
    page.mouse.down()
    page.mouse.move(x(0.3), y, steps=5)
    assert abs(float(fields(page)[0]) - 0.3) < 0.01
    assert figures(page) != before
    page.mouse.move(x(0.99), y, steps=5)
    page.mouse.up()
    assert fields(page)[0] == fields(page)[1] == "0.900"
    assert asked == []


def test_handles_are_sliders_for_the_keyboard(lines):
    """Arrows move by a thousandth, PageUp by ten, Home and End as far as the other handle lets them; the value is read out."""
    page = lines()
    hold, reject = page.get_by_role("slider", name="Hold from"), page.get_by_role("slider", name="Reject from")
    hold.focus()
    for key in ("ArrowRight", "ArrowRight", "PageUp", "ArrowLeft"):
        page.keyboard.press(key)
    assert fields(page)[0] == "0.511"
    assert re.fullmatch(r"0\.511: \d.*%", hold.get_attribute("aria-valuetext"))
    page.keyboard.press("Home")
    assert fields(page)[0] == "0.001"
    page.keyboard.press("Tab")
    assert reject.evaluate("slider => slider === document.activeElement")
    page.keyboard.press("End")
    assert fields(page) == ("0.001", "1.010")


def test_lines_are_saved_and_taken_back(service, lines):
    """Save puts them in force; the bar's button, or a former version's, goes back; with script and without."""
    before = stored(service, lambda connection: sites.policy_versions(connection, 1))
    for script in (True, False):
        page = lines(java_script_enabled=script, query="?head=abuse")
        page.locator("#f-hold").fill("0.345")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("The lines are in force").wait_for()
        assert fields(page)[0] == "0.345"
        page.locator("#said").get_by_role("button", name="Undo").click()
        page.get_by_text("is in force again").wait_for()
        assert fields(page)[0] == "0.600"
    kept = stored(service, lambda connection: sites.policy_versions(connection, 1))
    assert [each.by for each in kept] == ["Lea"] * (len(before) + 4)


def test_what_would_change_is_shown(lines):
    """The link follows the handles; each comment has its verdict now and then, and there are fifty at most."""
    page = lines()
    page.locator("#f-hold").fill("0.200")
    page.locator("#changed").click()
    rows = page.locator("tbody tr")
    rows.nth(49).wait_for()
    assert rows.count() == 50
    scores = [float(each) for each in rows.locator("td:nth-child(2)").all_inner_texts()]
    assert all(0.2 <= score < 0.5 for score in scores)


def test_a_viewer_tries_lines_and_saves_none(lines):
    """The figures are theirs to look at; there is no button to save, nor one to roll back."""
    page = lines(Role.VIEWER, java_script_enabled=False)
    page.locator("#f-hold").fill("0.200")
    page.get_by_role("button", name="Show figures").click()
    assert "now" in page.locator(".figures").inner_text()
    assert page.get_by_role("button", name="Save").count() == page.get_by_role("button", name="Roll back").count() == 0


def test_the_counts_are_small_enough_to_come_with_the_page(lines):
    """A thousand and one thresholds for both sets take less than 30 kB."""
    assert len(lines().locator("#figures").get_attribute("data-spreads").encode()) <= 30_000


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", ["/model", "/model/1/changed?hold=0.2", "/model/1/labels", "/stats", "/audit"])
def test_pages_of_figures_are_in_order(service, tab, look, path):
    """axe finds nothing serious, the console nothing at all, and nothing sticks out."""
    ana = someone(service, Role.ADMIN, name="Ana")
    page = tab(**LOOKS[look])
    page.context.add_cookies(ana.cookies(service))
    page.goto(f"http://127.0.0.1:{service.port}{path}")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (findings(page), max(wider, 0), page.complaints) == ([], 0, [])
