"""A site's own layer from the model's page: fitted, promoted and taken back by who administers that site, on that site alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service import workshop
from service.domain import Role
from service.queue.views import layers
from service.queue.views.training import PARTS
from service.store import audit, sites
from service.store.lessons import Lessons, lessons
from service.store.removal import DEMO_NAME, DEMO_URL
from service.workshop import Paper, Task
from tests.browser import findings
from tests.queue.given import add_site, forget, site_id, someone, stored
from tests.queue.lessons import Lesson, forget_all, some, teach
from tests.queue.papers import with_scores
from tests.queue.test_screens import overflow
from tests.serving import serving
from training import promote
from training import site as of_training
from training.labels import from_store
from training.registry import Registry
from training.snapshot import settle

ELSEWHERE = "elsewhereabouts"
"""A word of the comments of another site."""


@pytest.fixture(scope="module")
def willing(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("willing"), deadline_ms=10_000, train_from_pages=True) as running:
        add_site(running, "other")
        yield running
        forget(running)


@pytest.fixture(scope="module")
def ben(willing):
    """Who administers the site `blog` alone."""
    return someone(willing, name="Ben", blog=Role.ADMIN)


@pytest.fixture(scope="module")
def olga(willing):
    """Who administers the site `other` alone."""
    return someone(willing, name="Olga", other=Role.ADMIN)


def data(service) -> Path:
    return Path(service.database_url.removeprefix("sqlite:///")).parent


@pytest.fixture
def registry(willing):
    """The models, of which none is in force."""
    known = Registry(data(willing) / "models")
    for pointer in known.pointers():
        known.point(pointer, "")
    return known


def ended(service, who) -> str:
    """The page once the task has ended, with plain apostrophes."""
    service.until(lambda: "Step " not in who.get("/model").text, 200)
    return who.get("/model").text.replace("&#39;", "'")


def test_the_page_asks_for_as_many_labels_as_the_commands_do():
    """What is needed to fit a layer and to promote it, and of either kind."""
    asked = of_training.FEWEST, promote.FEWEST, promote.FEWEST_OF_A_KIND
    assert asked == (layers.FEWEST, layers.FEWEST_TO_PROMOTE, layers.FEWEST_OF_A_KIND)


def test_a_layer_is_fitted_and_what_refuses_it_is_told(willing, ben, registry):
    """Snapshot, fit and report; the report quotes the site alone, and what refuses a promotion is told in the command's words."""
    forget_all(willing)
    teach(willing, "blog", some(24))
    teach(willing, "other", [each._replace(text=f"{each.text} {ELSEWHERE}") for each in some(24, seed=2)])
    ben.post("/model/1/layer", do="fit")
    page = ended(willing, ben)
    version = re.search(r'name="version" value="([\w.-]+-site-1)"', page)[1]
    assert ("Done." in page, f"--site=blog --version {version}" in page) == (True, True)
    assert ("site other" in page, "examples in" in page) == (False, False)
    assert registry.card(version).parameters["site"] == "blog"
    report = ben.get(f"/model/1/reports/{version}")
    assert ("sandbox" in report.headers["content-security-policy"], version in report.text) == (True, True)
    assert not any(word in report.text for word in ("site other", ELSEWHERE))
    ben.post("/model/1/layer", do="promote", version=version)
    page = ended(willing, ben)
    assert ("It did not end well" in page, "Not promoted:" in page, registry.pointed("site-1")) == (True, True, "")
    logged = stored(willing, lambda connection: audit.entries(connection, site_ids=[1], what="model.", limit=2))
    assert [(each.who, each.what, each.target) for each in logged] == [
        ("Ben", "model.promote", version),
        ("Ben", "model.layer", version),
    ]


def test_a_layer_decides_once_it_is_promoted_and_no_more_once_it_is_taken_back(willing, ben, registry):
    """With enough labels nothing speaks against it: it decides on its own site alone, until who administers it goes back."""
    forget_all(willing)
    teach(willing, "blog", some(1_200, seed=3))
    ben.post("/model/1/layer", do="fit")
    version = re.search(r'name="version" value="([\w.-]+-site-1)"', ended(willing, ben))[1]
    ben.post("/model/1/layer", do="promote", version=version)
    assert "Done." in ended(willing, ben)
    assert registry.pointers() == {"site-1": version}
    willing.until(lambda: "a layer of its own on" in ben.get("/model").text)
    assert 'value="promote"' not in ben.get("/model").text.partition('id="h-layer"')[2].partition("<h3>")[0]
    ben.post("/model/1/layer", do="back")
    assert "Done." in ended(willing, ben)
    assert registry.pointers() == {}


def test_with_too_few_labels_there_is_no_button(willing, ben):
    """The page says how many are missing, or that they are of one kind; who asks all the same is refused before anything runs."""
    for taught, said in ((some(19), "1 more label is needed"), (some(30, kinds="ham"), "all labels are of one kind")):
        forget_all(willing)
        teach(willing, "blog", taught)
        willing.until(lambda said=said: said in ben.get("/model").text)
        assert 'value="fit"' not in ben.get("/model").text
        assert ben.post("/model/1/layer", do="fit").status_code == 409
    forget_all(willing)
    teach(willing, "blog", some(20))
    willing.until(lambda: 'value="fit"' in ben.get("/model").text)


def test_labels_are_counted_as_a_snapshot_takes_them(willing):
    """One for each comment and each content, the last of the most trusted hand; no test of a key, nothing of the demo site."""
    forget_all(willing)
    several = [
        Lesson("Said twice", (("spam", "Mo", 1.0), ("ham", "Lea", 1.0))),
        Lesson("Trusted more", (("ham", "Mo", 1.0), ("spam", "akismet:anyone", 0.3))),
        Lesson("The SAME  words", (("spam", "Mo", 0.5),)),
        Lesson("the same words", (("abuse", "Lea", 0.5),)),
        Lesson("the same words", (("ham", "Lea", 0.5),), author="Bo"),
        Lesson("A test", (("spam", "Mo", 1.0),), is_test=True),
        *some(7, seed=5),
    ]
    teach(willing, "blog", several)
    demo = stored(willing, lambda connection: sites.add_site(connection, DEMO_NAME, DEMO_URL, 1.0))
    teach(willing, DEMO_NAME, some(5))
    rows = settle(stored(willing, from_store))[0]
    ham = int(((rows["spam"] == 0) & (rows["abuse"] == 0)).sum())
    assert stored(willing, lambda connection: lessons(connection, 1)) == Lessons(ham, len(rows) - ham)
    assert stored(willing, lambda connection: lessons(connection, 1, most=6)).more
    assert stored(willing, lambda connection: lessons(connection, demo.id)) == Lessons()


def test_only_layers_of_the_site_are_promoted_and_read_there(willing, ben, olga, registry):
    """Neither a shared model nor another site's layer, whatever it is called; who takes another's name gets nothing of it."""
    kinds = {"shared-site-1": "", "theirs-site-2": "other", "stolen-site-1": "other", "former-site-2": "blog"}
    kinds |= {"mine-site-1": "blog"}
    for version, site in kinds.items():
        with_scores(registry.folder, version, site)
        (data(willing) / "reports" / version).mkdir(parents=True)
        (data(willing) / "reports" / version / "report.html").write_text(f"quotes {site}")
    for version in (*list(kinds)[:4], "none", "../models", "--help", ""):
        assert ben.post("/model/1/layer", do="promote", version=version).status_code == 404, version
        assert "quotes" not in ben.get(f"/model/1/reports/{version or 'x'}", follow_redirects=True).text
    assert ben.get("/model/1/reports/mine-site-1").text == "quotes blog"
    assert olga.get("/model/2/reports/theirs-site-2").text == "quotes other"
    assert [olga.get("/model/1/reports/mine-site-1").status_code, ben.get("/model/reports/mine-site-1").status_code] == [404, 403]
    (with_scores(registry.folder, "damaged", "other") / "card.json").write_text("{")
    willing.until(lambda: "mine-site-1" in ben.get("/model").text, 60)  # the folder is looked at now and then
    page = ben.get("/model").text
    assert not [each for each in ("theirs-site-2", "stolen-site-1", "former-site-2", "damaged") if each in page]


def test_who_administers_one_site_begins_nothing_else(willing, ben, olga):
    """No retraining, no shadow; another site's admin, a lead and a moderator get nothing of this site's layer, nor see buttons."""
    for do in ("retrain", "rollback", "shadow", "promote", "stop"):
        assert ben.post("/model/task", do=do, version="mine-site-1").status_code == 403
    assert [ben.post("/model/1/layer", do=do).status_code for do in ("retrain", "layer", "")] == [422] * 3
    for role, status in ((Role.LEAD, 403), (Role.MODERATOR, 403)):
        who = someone(willing, blog=role)
        assert [who.post("/model/1/layer", do=do).status_code for do in ("fit", "promote", "back", "stop")] == [status] * 4
        assert 'id="h-layer"' not in who.get("/model").text
    assert [olga.post("/model/1/layer", do=do).status_code for do in ("fit", "promote", "back", "stop")] == [404] * 4


def test_it_is_off_unless_set(service):
    """No button, and no way round it."""
    ben = someone(service, blog=Role.ADMIN)
    assert 'id="h-layer"' not in ben.get("/model").text
    assert [ben.post("/model/1/layer", do=do).status_code for do in ("fit", "promote", "back")] == [403] * 3


def test_one_task_at_a_time_and_each_sees_their_own(willing, ben, olga):
    """Another site's admin is told that something runs, not what; only who administers the site, or all, stops it."""
    forget_all(willing)
    teach(willing, "blog", some(24))
    teach(willing, "other", some(24))
    assert ben.post("/model/1/layer", do="fit").status_code == 200
    assert olga.post("/model/2/layer", do="fit").status_code == 409
    page = olga.get("/model").text
    assert ("Something else is being trained" in page, "Ben" in page, 'value="fit"' in page) == (True, False, False)
    willing.until(lambda: "$ winnow-train" in ben.get("/model").text)
    olga.post("/model/2/layer", do="stop")
    assert "Step " in ben.get("/model").text
    ben.post("/model/1/layer", do="stop")
    assert "It did not end well" in ended(willing, ben)
    stopped = stored(willing, lambda connection: audit.entries(connection, what="model.stop", limit=1))[0]
    assert (stopped.who, stopped.site_id) == ("Ben", 1)


def test_a_command_names_no_other_site_to_who_administers_one(willing, ben):
    """Where a site's name was changed while its task ran, the refusal lists all sites: admins of every site read that alone."""
    folder, task = data(willing) / "tasks", Task("rollback", "", "Ben", 1000.0, "formerly", 1)
    folder.mkdir(exist_ok=True)
    workshop._write(folder, Paper(task, process=1, ended=1001.0, status=1))
    (folder / "task.log").write_text("winnow-train: There is no site named 'formerly'. Known sites: blog, other.\n")
    pages = [who.get("/model").text for who in (ben, someone(willing, Role.ADMIN))]
    said = [page.partition('id="task-log"')[2].partition("</pre>")[0] for page in pages]
    assert [("There is no site named" in each, "other" in each) for each in said] == [(True, False), (True, True)]
    names = ", ".join(f"other{number}" for number in range(2000))
    (folder / "task.log").write_text(f"winnow-train: There is no site named 'formerly'. Known sites: {names}.\nThe end.\n")
    said = ben.get("/model").text.partition('id="task-log"')[2].partition("</pre>")[0]
    assert ("The end." in said, "other" in said) == (True, False)


def test_how_far_a_layer_is_can_be_told(tmp_path):
    """Its share grows from command to command; what a page cannot name is not told as a part."""
    shares = []
    for step in range(3):
        task = Task("layer", "v-site-1", "Ben", 1000.0, "blog", 1)
        workshop._write(tmp_path, Paper(task, process=1, step=step))
        (tmp_path / "task.log").write_text("$ winnow-train\n")
        shares.append(workshop.state(tmp_path).share(1001.0))
    assert shares == sorted(set(shares))
    assert {what for _step, what, _weight in workshop._PARTS["layer"] if what} <= set(PARTS)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_in_order_with_a_layer_on_it(willing, ben, registry, tab, width):
    """axe finds nothing serious, the console nothing, nothing sticks out; promoting comes before fitting anew."""
    forget_all(willing)
    teach(willing, "blog", some(24))
    with_scores(registry.folder, f"newest-{width}-site-1", "blog")
    page = tab(viewport={"width": width, "height": 800})
    page.context.add_cookies(ben.cookies(willing))
    page.goto(f"http://127.0.0.1:{willing.port}/model")
    buttons = page.locator("#layer-do").get_by_role("button").all_inner_texts()
    assert buttons == ["Promote this layer", "Fit a layer"]
    assert (findings(page), max(overflow(page), 0), page.complaints) == ([], 0, [])
    assert site_id(willing, "blog") == 1
