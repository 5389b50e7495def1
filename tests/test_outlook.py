"""What other lines would come to, rules and all, held against the whole evaluation of every stored comment."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.classifier.classifier import Classifier
from service.conditions import Condition, OwnRule
from service.domain import HEADS, Comment, History, Label, Lines, Scores, Verdict
from service.policy import RULES, Lists, Policy, decide
from service.queue import spread, traffic
from service.store import sites
from service.store.batch import Submission
from service.store.feedback import Word, record_label
from service.store.ids import new_id
from service.sway import BINS, Asked, place_of
from service.text.reading import read
from tests.store.conftest import engine, site, writer
from tests.store.given import NOON
from training.engine import Local
from training.replay import replay

__all__ = ["engine", "site", "writer"]

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "data" / "model"
RULED = OwnRule(name="slow down", verdict="none", when=Condition(words=("free",)), spam_add=0.3, abuse_add=0.05)
POLICY = Policy(
    audit=0.0,
    trusted_after=2,
    max_links=1,
    first_time="links",
    flood_limit=3,
    flood_seconds=600,
    allow=Lists(authors=("Reader 3",)),
    block=Lists(words=("casino",)),
    hold=Lists(words=("crypto", "music")),
    rules=(OwnRule(name="no guests", verdict="reject", when=Condition(authors=("Reader 5",))), RULED),
)
TRIED = [(0.2, 0.9), (0.5, 0.6), (0.05, 1.01), (0.75, 0.75)]
FIELDS = ("text", "author_url")


def texts(count: int) -> list[dict[str, str]]:
    """Comments of all kinds from the seed corpus, the same at every call."""
    dice = random.Random(5)
    paths = [path for kind in ("ham", "spam", "abuse") for path in sorted((ROOT / "data" / "seed" / kind).glob("*.jsonl"))]
    lines = [dice.choice(path.read_text("utf-8").splitlines()) for path in dice.choices(paths, k=count)]
    return [{name: known[name] for name in FIELDS if name in known} for known in map(json.loads, lines)]


@pytest.fixture(scope="module")
def model() -> Classifier:
    return Classifier.load(MODEL)


@pytest.fixture
def told(engine, site, writer, model):
    """A site on which four hundred comments came, from some readers again and again, and people labelled what they saw."""

    async def given_comments() -> None:
        dice, policy = random.Random(2), POLICY.with_defaults(model.lines)
        for number, fields in enumerate(texts(400)):
            reader, at = f"Reader {dice.randrange(90)}", NOON + 100.0 * number
            reading = read(Comment(author=reader, author_email=f"{reader.replace(' ', '')}@mail.example", **fields))
            scores = model.score(reading) if number % 4 else Scores(0.4, 0.4, "an older one")
            stored = await writer.submit(Submission(site, reading, scores, policy, at, new_id(at)))
            if stored.decision.verdict is Verdict.HOLD and dice.random() < 0.7:
                said = Word(dice.choice(list(Label)), "Ana", 1.0, at + 50)
                await writer.run(lambda connection, i=stored.id, w=said: record_label(connection, site.id, i, w))

    return given_comments


def moderation(engine, model, policy: Policy) -> SimpleNamespace:
    """What the pages ask of the service."""

    async def look(asked):
        def reading():
            with engine.connect() as connection:
                return asked(connection)

        return await asyncio.to_thread(reading)

    return SimpleNamespace(look=look, policy=lambda _: policy, model_of=lambda _: model)


async def test_the_lines_do_what_the_whole_evaluation_says(told, engine, site, model):
    """Lists, limits, trust, floods, rules that decide or add: at any lines the counts are those of every comment decided anew."""
    await told()
    for head in HEADS:
        desk = moderation(engine, model, POLICY.with_defaults(model.lines))
        month = await traffic.month(desk, site, head, NOON + 90_000)
        assert len(month.spread.all.ways) >= 5
        for hold, reject in TRIED:
            lines = Lines(hold, reject)
            with engine.begin() as connection:
                body = msgspec.json.encode(replace(POLICY, **{head: lines})).decode()
                sites.set_policy(connection, site.id, body, "Ana", NOON)
                whole = replay(connection, MODEL, 0.0, NOON * 2, Local())
            expected = tuple(sum(pairs[now] for pairs in whole.pairs.values()) for now in Verdict)
            assert month.spread.all.split(*spread.bins_of(lines)) == expected


async def test_a_sample_is_unbiased_and_says_how_much_it_is(told, engine, site, model, monkeypatch):
    """Of too many comments some are drawn, of those with labels more; the counts grow to the whole month's again."""
    await told()
    desk = moderation(engine, model, POLICY.with_defaults(model.lines))
    whole = await traffic.month(desk, site, "spam", NOON + 90_000)
    monkeypatch.setattr(traffic, "MOST", 200)
    part = await traffic.month(desk, site, "spam", NOON + 90_000)
    drawn = spread.split(part.spread, 300, 900)
    known = spread.split(whole.spread, 300, 900)
    assert (whole.share, round(part.share, 2)) == (1.0, 0.5)
    assert 300 < drawn.count < 500
    assert known.hold is not None
    assert drawn.hold is not None
    assert drawn.hold.low < known.hold.value < drawn.hold.high
    assert drawn.hold.high - drawn.hold.low > known.hold.high - known.hold.low


@given(
    st.sampled_from([text["text"] for text in texts(60)]),
    st.floats(0, 1),
    st.floats(0, 1),
    st.sampled_from([History(), History(accepted=9), History(ham=1, flooding=True), History(accepted=9, spam=1)]),
    st.sampled_from(HEADS),
    st.integers(1, BINS),
    st.integers(0, BINS),
)
def test_a_comment_is_swayed_as_it_would_be_decided(said, spam, abuse, history, head, hold, more):
    """Whatever comment, scores, author and lines: the way says what the policy with those lines decides, and so does its bin."""
    lines = Lines(hold / BINS, min(1.01, (hold + more) / BINS))
    filled = POLICY.with_defaults({"spam": Lines(0.6, 0.9), "abuse": Lines(0.7, 1.01)})
    reading, scores = read(Comment(text=said)), Scores(spam, abuse, "m")
    sway = Asked(filled, head).sway(reading, scores, history)
    expected = decide(reading, scores, history, replace(filled, **{head: lines}).with_defaults({}), 0.0).verdict
    assert sway.under(lines) is expected
    layer = spread.Layer()
    layer.add(spread.way_of(sway), place_of(sway.score), 1)
    assert layer.split(*spread.bins_of(lines)).index(1) == list(Verdict).index(expected)


@given(st.integers(0, BINS))
def test_a_line_that_reads_like_a_score_begins_with_its_bin(place):
    """The stricter side owns the line, to the last bit."""
    assert place_of(place / BINS) == place


def test_every_rule_of_the_policy_is_asked():
    """The ways are found by the rules themselves: there is no second list of them to forget one in."""
    assert Asked(Policy().with_defaults({}), "spam").policy.order == RULES
