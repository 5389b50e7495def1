"""The screens in a real Chromium: reachable by keyboard, readable by machine, the same without script."""

from __future__ import annotations

import time

import pyotp
import pytest

from service.domain import Role
from service.people import preferences
from service.store import people
from tests.browser import findings
from tests.queue.given import PASSWORD, link, someone, stored

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SCREENS = [
    "/people",
    "/rules",
    "/rules/1/rule",
    "/sites",
    "/sites/1",
    "/deliveries",
    "/account",
    "/account/totp",
    "/keys",
    "/nothing",
]
LOOKS = {
    "light": {"viewport": WIDE},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True},
}


@pytest.fixture
def home(service) -> str:
    return f"http://127.0.0.1:{service.port}"


@pytest.fixture
def signed_in(service, tab, home):
    """Opens a tab in which someone who administers everything is signed in."""

    def open_tab(path: str, look: str = "light", chosen: preferences.Preferences | None = None, **options):
        ana = someone(service, Role.ADMIN, name="Ana Admin")
        if chosen is not None:
            body = preferences.write(chosen)
            stored(service, lambda connection: people.change_person(connection, ana.person_id, settings=body))
        page = tab(**{**LOOKS[look], **options})
        page.context.add_cookies(ana.cookies(service))
        page.goto(home + path)
        return page

    return open_tab


def overflow(page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def faded(page, name: str) -> list[float]:
    """How far, in pixels, what scrolls sideways fades at its start and at its end."""
    style = page.locator(name).evaluate("each => ['--from', '--to'].map(name => getComputedStyle(each).getPropertyValue(name))")
    return [float(each.removesuffix("px")) for each in style]


@pytest.mark.parametrize("language", ["en", "ar-XB"])
def test_what_scrolls_sideways_shows_that_there_is_more(signed_in, language):
    """On a phone the menu fades where it goes on, and the page one is on stands in sight; on a desk nothing fades."""
    chosen = preferences.Preferences(language=language)
    page = signed_in("/keys", "phone", chosen)
    menu = page.locator(".top nav")
    assert [bool(each) for each in faded(page, ".top nav")] == [False, True]
    menu.evaluate("each => each.scrollBy(document.dir === 'rtl' ? -9999 : 9999, 0)")
    page.wait_for_function("() => getComputedStyle(document.querySelector('.top nav')).getPropertyValue('--to') === '0px'")
    assert faded(page, ".top nav")[0] > 0
    page.goto(page.url.replace("/keys", "/people"))
    place = page.locator(".top nav [aria-current]").bounding_box()
    assert 0 <= place["x"] <= 390 - place["width"]
    assert faded(signed_in("/people", "light", chosen), ".top nav") == [0, 0]


@pytest.mark.parametrize("look", LOOKS)
def test_every_screen_is_in_order(signed_in, home, look):
    """axe finds nothing serious, the console nothing at all, and nothing sticks out."""
    page = signed_in("/", look)
    for path in SCREENS:
        page.goto(home + path)
        assert (path, findings(page), max(overflow(page), 0)) == (path, [], 0)
    assert [each for each in page.complaints if "404" not in each] == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_way_in_is_in_order(service, tab, home, look):
    """The same for who is not signed in yet."""
    page = tab(**LOOKS[look])
    for address in (f"{home}/sign-in", link(service, "join", by="Ana", role=Role.VIEWER), link(service, "reset", person_id=1)):
        page.goto(address)
        assert findings(page) == []
        assert overflow(page) <= 0
    assert page.complaints == []


def test_axe_would_find_something(signed_in):
    """A page made worse is found worse: the silence above means something."""
    page = signed_in("/people")
    page.evaluate("document.querySelector('main label').remove(); document.documentElement.removeAttribute('lang')")
    assert any(each.startswith(("html-has-lang", "select-name", "label")) for each in findings(page))


@pytest.mark.parametrize("look", ["light", "phone"])
def test_every_screen_reads_from_right_to_left(signed_in, home, look):
    """In a right-to-left language the page begins at the right and still fits."""
    page = signed_in("/", look, preferences.Preferences(language="ar-XB"))
    for path in SCREENS:
        page.goto(home + path)
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        mark, menu = page.locator(".top > .mark").bounding_box(), page.locator(".top > .menu").bounding_box()
        assert mark["x"] > menu["x"]
        assert (path, findings(page), max(overflow(page), 0)) == (path, [], 0)


def test_a_theme_chosen_beats_the_device(signed_in):
    """Dark on a light device and the reverse."""
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    dark = signed_in("/account", "light", preferences.Preferences(theme="dark")).evaluate(paper)
    light = signed_in("/account", "dark", preferences.Preferences(theme="light")).evaluate(paper)
    assert dark == signed_in("/account", "dark").evaluate(paper) != light == signed_in("/account", "light").evaluate(paper)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_an_invitation_to_a_second_step_with_the_keyboard(service, tab, home, script):
    """Join, set an authenticator up, sign out, and in again with password and code; no mouse, script or none."""
    page = tab(viewport=WIDE, java_script_enabled=script)
    page.goto(link(service, "join", by="Ana", role=Role.VIEWER))
    page.keyboard.type("Kim Keyboard") if script else page.get_by_label("Your name").fill("Kim Keyboard")
    page.get_by_label("Your name").press("Tab")
    email = f"kim-{script}@example.org"
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{home}/queue")
    page.goto(f"{home}/account")
    page.get_by_role("link", name="Set up an authenticator").press("Enter")
    page.wait_for_url(f"{home}/account/totp")
    totp = pyotp.TOTP(page.locator("input[name=secret]").get_attribute("value"))
    page.get_by_label("Code", exact=True).fill(totp.at(time.time() - 30))
    page.get_by_label("Present password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".codes li").nth(9).wait_for()
    page.goto(f"{home}/account")
    page.locator(".top .menu summary").press("Enter")
    page.get_by_role("button", name="Sign out", exact=True).press("Enter")
    page.wait_for_url(f"{home}/sign-in?out")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{home}/sign-in/code")
    page.get_by_label("Code", exact=True).fill(totp.now())
    page.keyboard.press("Enter")
    page.wait_for_url(f"{home}/queue")


def test_the_policy_stops_inline_script_and_style(signed_in):
    """What an attacker might get into a page does not run: not as script, not as handler, not as style, not by a sink."""
    page = signed_in("/account")
    tried = page.evaluate(
        """() => {
        const script = document.createElement("script");
        const results = {};
        try { script.text = "window.fired = 1"; document.body.append(script); } catch (error) { results.script = error.name; }
        try { document.body.insertAdjacentHTML("beforeend", "<p>x</p>"); } catch (error) { results.sink = error.name; }
        const image = document.createElement("p");
        try { image.setAttribute("onclick", "window.fired = 1"); } catch (error) { results.handler = error.name; }
        document.body.append(image);
        image.click();
        image.setAttribute("style", "color: rgb(1, 2, 3)");
        results.color = getComputedStyle(image).color;
        results.fired = window.fired ?? 0;
        return results;
        }"""
    )
    assert (tried["fired"], tried["sink"]) == (0, "TypeError")
    assert tried["color"] != "rgb(1, 2, 3)"


def test_the_pages_cannot_be_framed(signed_in, home):
    """No other page can lay ours under the user's click."""
    page = signed_in("/account")
    page.evaluate("url => { const f = document.createElement('iframe'); f.src = url; document.body.append(f); }", f"{home}/people")
    page.wait_for_timeout(300)
    assert page.frames[-1].url != f"{home}/people"


def test_what_was_done_is_read_out_once(signed_in):
    """The live region says it, and the page after that does not."""
    page = signed_in("/account")
    page.get_by_role("button", name="Save").first.click()
    region = page.locator("#said[role=status][aria-live=polite]")
    region.get_by_text("Saved.").wait_for()
    page.reload()
    assert region.inner_text().strip() == ""


def test_a_part_replaces_main_and_the_address(signed_in, home):
    """A link with data-part loads without a new page; back goes back; focus moves to the content."""
    page = signed_in("/people")
    page.evaluate("window.same = 1; const a = document.querySelector('.top nav a'); a.href = '/keys'; a.dataset.part = ''")
    page.locator(".top nav a").first.click()
    page.wait_for_url(f"{home}/keys")
    assert (page.title(), page.evaluate("window.same"), page.evaluate("document.activeElement.id")) == ("Keys · Winnow", 1, "main")
    page.go_back()
    page.get_by_role("heading", name="People").wait_for()
    assert page.evaluate("window.same") == 1


def test_a_form_in_parts_says_what_was_wrong(signed_in):
    """A form with data-part is sent by script and shows the same answer, with the token in a header."""
    page = signed_in("/account")
    page.evaluate("window.same = 1; for (const form of document.forms) form.dataset.part = ''")
    page.locator("form[action='/account/name'] input[name=email]").evaluate("field => { field.type = 'text'; field.value = 'x' }")
    page.locator("form[action='/account/name'] button").click()
    page.get_by_text("This is no e-mail address.").wait_for()
    assert page.evaluate("window.same") == 1


def test_without_a_line_nothing_is_lost(signed_in):
    """When the server cannot be reached the page says so, and stays as it is."""
    page = signed_in("/account")
    page.evaluate("for (const form of document.forms) form.dataset.part = ''")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("No connection: perhaps nothing was sent.").wait_for()
    assert page.get_by_role("heading", name="My account").is_visible()


def test_keys_do_nothing_while_one_types_or_when_switched_off(signed_in):
    """`?` opens the keys; in a field it is a question mark; with keys off it is nothing."""
    page = signed_in("/account")
    page.locator("#f-name").press("?")
    assert "?" in page.locator("#f-name").input_value()
    page.locator("h1").click()
    page.keyboard.press("?")
    page.locator("#help[open] .keys").wait_for()
    off = signed_in("/account", chosen=preferences.Preferences(keys=False))
    off.keyboard.press("?")
    off.wait_for_timeout(200)
    assert off.locator("#help[open]").count() == 0


def test_keys_are_actions(signed_in):
    """A sequence is one action; a key moved by its owner does what they said, and the old one nothing."""
    page = signed_in("/account", chosen=preferences.Preferences(keymap={"accept": "y"}))
    page.evaluate(
        """window.done = [];
        for (const action of ["go-queue", "accept", "undo", "reason-3", "extend-next"])
          document.addEventListener(`winnow:${action}`, (event) => { event.preventDefault(); window.done.push(action); })"""
    )
    for key in ("g", "q", "a", "y", "Control+z", "3", "Shift+J", "Control+y"):
        page.keyboard.press(key)
    assert page.evaluate("window.done") == ["go-queue", "accept", "undo", "reason-3", "extend-next"]


def test_menus_close_with_escape(signed_in):
    """Focus goes back to where the menu was opened."""
    page = signed_in("/people")
    page.locator(".top .menu summary").click()
    page.keyboard.press("Escape")
    assert (
        page.evaluate("document.activeElement.parentElement.className + document.querySelector('.top .menu').open") == "menufalse"
    )
