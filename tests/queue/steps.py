"""Random steps of readers, moderators and sites against the store, compared with `model.py` after every one.

`python -m tests.queue.steps --steps 100000` runs so many; each sequence begins with an empty database and crashes now and then.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from functools import partial
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from service.domain import Label, Verdict
from service.store import arrivals, audit, erasure, feedback, queue, relabel
from service.store.batch import KeyReused
from service.store.feedback import Word
from service.store.ids import draw_of
from service.store.queue import Act, Hand, Mark
from service.store.relabel import Seen
from service.store.schema import outbox
from tests.queue.comparing import compare, compare_authors, same
from tests.queue.house import NAMES, POLICY, House
from tests.queue.model import Item, Model, Remark
from tests.store.given import NOON, comment

ACTS = {
    "accept": Act("accept", Label.HAM),
    "reject": Act("reject", Label.SPAM),
    "abuse": Act("reject", Label.ABUSE, kind="Insult"),
    "hold": Act("hold"),
}
UNDO = 12.0
STILL = 11.5
"""Until then the pages let an act be taken back; what is told leaves later."""
AUTHORS = ("ana", "bo", "cy")
DONE: Counter[str] = Counter()


class Desk(RuleBasedStateMachine):
    """Everything that can happen to a comment, by anyone, with crashes between and within."""

    def __init__(self) -> None:
        super().__init__()
        self.house, self.model = House(), Model()
        self.now = NOON
        self.sent: dict[str, tuple[Any, ...]] = {}
        self.acts: list[tuple[int, float]] = []

    known: Bundle[str] = Bundle("known")

    def tick(self, what: str, seconds: float = 1.0) -> float:
        DONE[what] += 1
        self.now += seconds
        return self.now

    # Readers.

    @rule(target=known, author=st.sampled_from(AUTHORS), spam=st.sampled_from([0.05, 0.6, 0.9, 0.999]), how=st.sampled_from("ekn"))
    def submit(self, author: str, spam: float, how: str) -> str:
        """A comment comes; its author is known by what happened to their others."""
        at, number = self.tick("submit"), str(len(self.sent))
        said = comment(f"Comment {number}.", author_email=f"{author}@example.org", external_id=number if how == "e" else "")
        given = (said, spam, number if how == "k" else "", "digest")
        stored = self.house.submit(*given[:2], at, *given[2:])
        history, counts = self.house.histories.pop(), self.model.counts(author)
        same("what is known of the author", {name: getattr(history, name) for name in counts}, counts)
        verdict = stored.decision.verdict
        queued = verdict is Verdict.HOLD or POLICY.audits(verdict, draw_of(stored.id))
        self.model.remarks[stored.id] = Remark(author, verdict.value, Item() if queued else None, [verdict.value])
        self.sent[stored.id] = given
        return stored.id

    @rule(remark=known, other=st.booleans())
    def retry(self, remark: str, other: bool) -> None:
        """A client that had no answer asks again and gets the first one; the key with another body is refused."""
        said, spam, key, digest = self.sent[remark]
        if self.model.remarks[remark].erased or not (key or said.external_id):
            return
        at = self.tick("retry", 0.0)
        try:
            again = self.house.submit(said, spam, at, key, "another" if other and key else digest)
        except KeyReused:
            assert other
            assert key
        else:
            assert (again.id, again.repeated, again.decision.verdict) == (remark, True, self.model.remarks[remark].verdict)
            assert not (other and key)
        assert self.house.histories == []

    @rule(remark=known)
    def report(self, remark: str) -> None:
        """A reader reports it."""
        if not self.model.remarks[remark].erased:
            self.house.run(partial(arrivals.report, site_id=1, comment_id=remark, at=self.tick("report")))
            self.model.report(remark)

    # Moderators.

    @rule(
        remarks=st.lists(known, min_size=1, max_size=3, unique=True),
        person=st.sampled_from(sorted(NAMES)),
        what=st.sampled_from(sorted(ACTS)),
        stale=st.integers(0, 3),
        seconds=st.sampled_from([1.0, 5.0, 13.0]),
        crash=st.integers(0, 40),
    )
    def act(self, remarks: list[str], person: int, what: str, stale: int, seconds: float, crash: int) -> None:
        """Someone acts on some that they see; perhaps the process dies before that is on disk."""
        at = self.tick("act" if what != "hold" else "hold", seconds)
        marks = [Mark(each, self.seen(each) - (place + 1 == stale)) for place, each in enumerate(remarks)]
        change = partial(queue.act, site_ids=[1], marks=marks, what=ACTS[what], hand=Hand(person, NAMES[person], at), undo=UNDO)
        if crash == 0:
            self.tick("crash within an act", 0.0)
            self.house.crash_within(change)
            return
        done, taken = self.house.run(change)
        expected = [self.model.act(mark.id, mark.version, what, person, NAMES[person], at) for mark in marks]
        late = [mark.id for mark, fine in zip(marks, expected, strict=True) if not fine]
        same("acts", (done, [each.id for each in taken]), (sum(expected), late))
        self.acts.append((person, at))

    @rule(
        remark=known,
        person=st.sampled_from(sorted(NAMES)),
        what=st.sampled_from(sorted(ACTS)),
        back=st.sampled_from([0, 0, 1, 2]),
        seconds=st.sampled_from([1.0, 13.0]),
    )
    def decide(self, remark: str, person: int, what: str, back: int, seconds: float) -> None:
        """Someone decides one as they see it; now and then they or another one take that back, once or twice."""
        self.act([remark], person, what, 0, seconds, 1)
        for turn in range(back):
            self.undo(0, turn * (person % 2), 0.5)

    @rule(
        remark=known,
        person=st.sampled_from(sorted(NAMES)),
        what=st.sampled_from(["accept", "reject", "abuse"]),
        back=st.booleans(),
        stale=st.booleans(),
    )
    def decide_anew(self, remark: str, person: int, what: str, back: bool, stale: bool) -> None:
        """Someone decides a comment on its own page, whether or not it waits, and perhaps takes that back."""
        one = self.model.remarks[remark]
        if one.erased or (one.item is not None and one.item.waits):
            return
        at, seen = self.tick("decide anew"), [Seen(remark, len(one.verdicts) - 1 - stale)]
        hand = Hand(person, NAMES[person], at)
        done, late = self.house.run(partial(relabel.act, site_ids=[1], seen=seen, what=ACTS[what], hand=hand, undo=UNDO))
        same("decided anew", (done, len(late)), (int(not stale), int(stale)))
        if stale:
            return
        one.say(ACTS[what].label or "", NAMES[person], at)
        self.model.log.append((f"comment.{ACTS[what].verdict}", remark))
        if back:
            self.take_back_anew(remark, person, at)

    def take_back_anew(self, remark: str, person: int, said_at: float) -> None:
        """Take back what was no act on a waiting item, as its page does."""
        hand = Hand(person, NAMES[person], self.tick("undo", 0.5))
        found = self.house.look(partial(relabel.acted, site_ids=[1], hand=hand, at=said_at))
        done = self.house.run(partial(relabel.undo, found=found, hand=hand))
        one = self.model.remarks[remark]
        expected = bool(one.labels) and one.labels[-1].at == said_at
        same("taken back anew", done, int(expected))
        if expected:
            one.unsay(NAMES[person], said_at)
            self.model.log.append(("comment.undo", remark))

    def seen(self, remark: str) -> int:
        item = self.model.remarks[remark].item
        return item.version if item is not None else 1

    @rule(which=st.integers(0, 3), other=st.sampled_from([0, 0, 0, 1]), seconds=st.sampled_from([0.5, 2.0]))
    def undo(self, which: int, other: int, seconds: float) -> None:
        """Someone takes back one of the last acts, sometimes another's or twice."""
        if which >= len(self.acts) or self.now + seconds - self.acts[-1 - which][1] > STILL:
            return
        person, acted_at = self.acts[-1 - which]
        at, who = self.tick("undo", seconds), person + other if person + other in NAMES else 1
        ids = self.house.look(partial(queue.acted, site_ids=[1], person_id=who, at=acted_at))
        done = self.house.run(partial(queue.undo, hand=Hand(who, NAMES[who], at), at=acted_at, only=ids))
        same("taken back", done, self.model.undo(who, NAMES[who], acted_at))

    @rule(remark=known, person=st.sampled_from(sorted(NAMES)), release=st.booleans(), seconds=st.sampled_from([1.0, 100.0]))
    def claim(self, remark: str, person: int, release: bool, seconds: float) -> None:
        """Someone looks at it, or gives it back."""
        at = self.tick("claim", seconds)
        hand = Hand(person, NAMES[person], at)
        mine = self.house.run(partial(queue.claim, site_ids=[1], comment_id=remark, hand=hand, release=release))
        same("claimed", mine, self.model.claim(remark, person, at, release=release))

    # The site.

    @rule(remark=known, label=st.sampled_from(list(Label)), hand=st.sampled_from(["site", "Ana"]))
    def relabel(self, remark: str, label: Label, hand: str) -> None:
        """Its software, or someone by the API, says what a comment is, whoever spoke before; that leaves at once."""
        if self.model.remarks[remark].erased:
            return
        at = self.tick("relabel")
        word = Word(label, hand, 0.8, at, tell_site=False)
        self.house.run(partial(feedback.record_label, site_id=1, comment_id=remark, word=word))
        self.model.remarks[remark].say(label.value, hand, at)

    @rule(remark=known, rare=st.integers(0, 4))
    def erase(self, remark: str, rare: int) -> None:
        """An author wants to be forgotten, with everything they wrote."""
        author = self.model.remarks[remark].author
        if not author or rare:
            return
        ids = [each for each, one in self.model.remarks.items() if one.author == author]
        self.house.restart()  # counts that were not written yet are not forgotten
        assert self.house.run(partial(erasure.erase, site_id=1, ids=ids, at=self.tick("erase"))) == len(ids)
        self.model.erase(ids)

    @rule(remark=known)
    def delete(self, remark: str) -> None:
        """The site deleted it: nobody need look at it any more."""
        said = self.sent[remark][0]
        if said.external_id and not self.model.remarks[remark].erased:
            at = self.tick("delete")
            self.house.run(partial(arrivals.withdraw, site_id=1, external_id=said.external_id, at=at))
            if (item := self.model.remarks[remark].item) is not None:
                item.close()

    @precondition(lambda self: any(each.labels for each in self.model.remarks.values()))
    @rule()
    def send(self) -> None:
        """Everything that may leave does."""
        due = (outbox.c.state == "waiting") & (outbox.c.due_at <= self.tick("send", 0.0))
        self.house.run(lambda connection: connection.execute(outbox.update().where(due).values(state="sent", attempts=1)))

    # The machine.

    @precondition(lambda self: self.model.remarks)
    @rule(rare=st.integers(0, 9))
    def crash(self, rare: int) -> None:
        """The process dies, or is restarted."""
        if rare == 0:
            self.tick("crash", 0.0)
            self.house.crash()
        elif rare == 1:
            self.tick("restart", 0.0)
            self.house.restart()

    # What must be so.

    @invariant()
    def agree(self) -> None:
        """Everything stored is as the model says."""
        self.house.look(lambda connection: compare(connection, self.model))

    def teardown(self) -> None:
        """At the end nothing waits in memory, the log's chain holds, and what is known of authors is as it should be."""
        self.house.restart()
        assert self.house.look(audit.broken_at) is None
        self.house.look(lambda connection: compare_authors(connection, self.model))
        self.house.remove()


def main() -> None:
    """Run until so many steps were made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=100, help="steps in a row")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shrink", action="store_true", help="look for a shorter way to a divergence")
    given = parser.parse_args()
    begun, number = time.monotonic(), given.seed
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]
    while DONE.total() < given.steps:
        chosen = settings(
            max_examples=10,
            stateful_step_count=given.each,
            deadline=None,
            phases=[Phase.generate, Phase.shrink][: 1 + given.shrink],
            database=None,
            suppress_health_check=checks,
        )
        run_state_machine_as_test(seed(number)(Desk), settings=chosen)
        number += 1
        report(f"{DONE.total()} steps, 0 divergences, {time.monotonic() - begun:.0f} s: {dict(sorted(DONE.items()))}")


def report(line: str) -> None:
    """Print at once."""
    print(line, flush=True)  # noqa: T201 # a command line prints


if __name__ == "__main__":
    main()
