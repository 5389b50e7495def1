"""Whatever moderators do in whatever order, the store and a few lines of plain Python agree."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sqlalchemy import select

from service.domain import Label, Reading, Scores, Verdict
from service.policy import Policy, decide
from service.store import audit, feedback, people, queue
from service.store.batch import Batch, Submission
from service.store.engine import open_engine
from service.store.facets import Filter
from service.store.feedback import Word
from service.store.identities import Ledger
from service.store.ids import Digests, new_id
from service.store.queue import Act, Hand, Mark
from service.store.schema import comments, identities, labels, queue_items
from service.store.sites import add_site, list_sites
from service.store.statements import Statements
from service.store.upgrade import upgrade
from service.store.waiting import page
from tests.store.given import NOON, comment

DIGESTS = Digests(b"the secret of these tests")
POLICY = Policy(audit=0.0, flood_limit=0, trusted_after=0).with_defaults({})
ACTS = {"accept": Act("accept", Label.HAM), "reject": Act("reject", Label.SPAM), "hold": Act("hold")}
SAID = {"accept": "ham", "reject": "spam"}
HANDS = st.sampled_from([1, 2])


@cache
def template() -> Path:
    """A database with two people and a site, to be copied."""
    path = Path(tempfile.mkdtemp()) / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    with engine.begin() as connection:
        for name in ("Ana", "Ben"):
            people.add_person(connection, f"{name}@example.org", name, NOON)
        add_site(connection, "blog", "https://blog.example/", NOON)
    engine.dispose()
    return path


class Desk(RuleBasedStateMachine):
    """Comments of one author come, are claimed, decided, held, undone and labelled anew by two moderators."""

    def __init__(self) -> None:
        super().__init__()
        folder = Path(tempfile.mkdtemp())
        shutil.copy(template(), folder / "winnow.db")
        self.folder, self.engine = folder, open_engine(f"sqlite:///{folder / 'winnow.db'}")
        self.clock: Iterator[float] = (NOON + step for step in itertools.count(1))
        self.items: dict[str, dict] = {}
        self.deeds = 0

    known = Bundle("known")

    def hand(self, person: int, at: float) -> Hand:
        return Hand(person, {1: "Ana", 2: "Ben"}[person], at)

    @rule(target=known, spam=st.sampled_from([0.55, 0.7, 0.9]))
    def submit(self, spam):
        at = next(self.clock)
        said = comment(f"Comment {len(self.items)}.", external_id=str(len(self.items)))
        with self.engine.begin() as connection:
            site = list_sites(connection)[0]
            scored = Submission(site, Reading(said, "", "", ()), Scores(spam, 0.05, "m1"), POLICY, at, new_id(at))
            judge = lambda each, history: decide(each.reading, each.scores, history, each.policy, each.at)  # noqa: E731
            batch = Batch(Statements(connection), DIGESTS, judge, Ledger(deferred=False))
            [first] = batch.write([scored])
            again = Batch(Statements(connection), DIGESTS, judge, Ledger(deferred=False)).write([scored])[0]
        assert (again.id, again.repeated) == (first.id, True)
        self.items[first.id] = {"version": 1, "state": "waiting", "verdict": "hold", "labels": [], "second": False, "last": None}
        self.items[first.id]["verdict"] = first.decision.verdict.value
        return first.id

    @rule(item=known, person=HANDS, verdict=st.sampled_from(sorted(ACTS)), stale=st.booleans())
    def act(self, item, person, verdict, stale):
        """One conditional update: it happens if the item waits and was seen as it is."""
        at, model = next(self.clock), self.items[item]
        version = model["version"] - stale
        with self.engine.begin() as connection:
            done, taken = queue.act(connection, [1], [Mark(item, version)], ACTS[verdict], self.hand(person, at), 0.0)
        expected = model["state"] == "waiting" and not stale
        assert (done, len(taken)) == (int(expected), int(not expected))
        if not expected:
            return
        self.deeds += 1
        model |= {"version": model["version"] + 1, "last": (person, at, verdict, model["verdict"])}
        if verdict == "hold":
            model["second"] = True
            return
        if not (model["labels"] and model["labels"][-1] == (SAID[verdict], person)):
            model["labels"].append((SAID[verdict], person))
            model["verdict"] = verdict
        model["state"] = "decided"

    @rule(item=known)
    def undo(self, item):
        """The last act on an item is taken back by who did it, once."""
        model = self.items[item]
        if model["last"] is None:
            return
        person, at, verdict, before = model["last"]
        with self.engine.begin() as connection:
            done = queue.undo(connection, self.hand(person, next(self.clock)), at, [item])
        possible = verdict == "hold" or (model["labels"] and model["labels"][-1] == (SAID[verdict], person))
        assert done == int(bool(possible))
        if not possible:
            return
        self.deeds += 1
        if verdict == "hold":
            model["second"] = False
        else:
            model["labels"].pop()
            model["verdict"] = before
        model |= {"version": model["version"] + 1, "state": "waiting", "last": None}

    @rule(item=known, label=st.sampled_from(["ham", "spam"]))
    def relabel(self, item, label):
        """The site's own software says what a comment is: the item closes, whoever acted before."""
        model = self.items[item]
        with self.engine.begin() as connection:
            feedback.record_label(connection, 1, item, Word(Label(label), "site", 0.8, next(self.clock), tell_site=False))
        if not (model["labels"] and model["labels"][-1] == (label, "site")):
            model["labels"].append((label, "site"))
            model["verdict"] = "accept" if label == "ham" else "reject"
            model["version"] += model["state"] == "waiting"
            model["state"] = "decided"

    @rule(item=known, person=HANDS, release=st.booleans())
    def claim(self, item, person, release):
        """A claim changes nothing that a decision depends on."""
        with self.engine.begin() as connection:
            queue.claim(connection, [1], item, self.hand(person, next(self.clock)), release=release)

    @invariant()
    def agree(self):
        """Items, verdicts, labels, the author's counts, the pages and the audit log are as the model says."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(
                    queue_items.c.comment_id, queue_items.c.version, queue_items.c.state, queue_items.c.second, comments.c.verdict
                ).join(comments, comments.c.id == queue_items.c.comment_id)
            ).all()
            said = connection.execute(select(labels.c.comment_id, labels.c.label).order_by(labels.c.number)).all()
            counts = connection.execute(select(identities.c.accepted, identities.c.held, identities.c.rejected)).all()
            shown = [page(connection, Filter((1,), second=second), "oldest", 500) for second in (False, True)]
            deeds = len(audit.entries(connection, limit=10_000))
        held = {name: each for name, each in self.items.items() if any(row[0] == name for row in rows)}
        assert {row[0]: tuple(row[1:]) for row in rows} == {
            name: (each["version"], each["state"], each["second"], each["verdict"]) for name, each in held.items()
        }
        for name, each in self.items.items():
            assert [label for comment_id, label in said if comment_id == name] == [label for label, _ in each["labels"]]
        verdicts = [each["verdict"] for each in self.items.values()]
        if verdicts:
            assert tuple(counts[0]) == tuple(verdicts.count(verdict.value) for verdict in Verdict)
        for second, listed in enumerate(shown):
            waiting = [name for name, each in held.items() if each["state"] == "waiting" and each["second"] == bool(second)]
            assert [item.id for item in listed] == sorted(waiting)
        assert deeds == self.deeds

    def teardown(self) -> None:
        self.engine.dispose()
        shutil.rmtree(self.folder)


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=15, stateful_step_count=30, deadline=None, phases=[Phase.generate])
