"""The shapes of the JSON API. Types are strict, unknown fields are refused, sizes are capped."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from service import domain
from service.api import examples
from service.api.limits import MAX_BATCH, MAX_BEHAVIOUR, MAX_CHARACTERS, MAX_CONTEXT, MAX_CONTEXT_CHARACTERS
from service.conditions import Condition, OwnRule, Place
from service.moderation import Given, Judged, Lists, Policy, StoredComment
from service.policy import Reason

Verdict = Literal["accept", "hold", "reject"]
_BIGGEST = 1e15
_CLUES = 12
_SURROGATE = re.compile("[\ud800-\udfff]")


def _storable(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("no_nul", "must not contain NUL")
    if not text.isascii() and _SURROGATE.search(text):
        raise PydanticCustomError("string_unicode", "must not contain lone surrogates")
    return text


_Clean = AfterValidator(_storable)


def _sized(name: str, title: str) -> FieldInfo:
    return Field(max_length=MAX_CHARACTERS[name], description=title)  # type: ignore[no-any-return]  # pydantic says Any


Line = Annotated[str, Field(max_length=300), _Clean]
Context = Annotated[str, Field(max_length=MAX_CONTEXT_CHARACTERS), _Clean]
Number = Annotated[float, Field(ge=0, le=_BIGGEST, allow_inf_nan=False)]
Budget = Annotated[int, Field(ge=0, le=1_000_000)]
Bound = Annotated[float, Field(ge=0, le=1.01, allow_inf_nan=False)]
Name = Annotated[str, Field(max_length=40, pattern="^[a-z][a-z0-9_]*$")]


class Shape(BaseModel):
    """What a client sends: nothing is converted, nothing is ignored."""

    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class CommentIn(Shape):
    """A comment to judge. Every field but the text is optional; each one that is sent helps."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMMENT]})

    text: Annotated[str, _Clean, _sized("text", "The comment as its author wrote it, markup included.")]
    author: Annotated[str, _Clean, _sized("author", "The author's name.")] = ""
    author_email: Annotated[str, _Clean, _sized("author_email", "The author's e-mail address.")] = ""
    author_url: Annotated[str, _Clean, _sized("author_url", "The address that the author left.")] = ""
    user_ip: Annotated[str, _Clean, _sized("user_ip", "The author's network address.")] = ""
    user_agent: Annotated[str, _Clean, _sized("user_agent", "The author's browser.")] = ""
    referrer: Annotated[str, _Clean, _sized("referrer", "The page that the author came from.")] = ""
    permalink: Annotated[str, _Clean, _sized("permalink", "The page that the comment stands under.")] = ""
    type: Annotated[str, _Clean, _sized("type", "comment, reply, forum-post, contact-form, signup, message, …")] = "comment"
    date: Annotated[str, _Clean, _sized("date", "When it was written, ISO 8601.")] = ""
    lang: Annotated[str, _Clean, _sized("lang", "Languages of the site, such as `en, de`.")] = ""
    role: Annotated[str, _Clean, _sized("role", "The author's role on the site; `administrator` is always accepted.")] = ""
    external_id: Annotated[
        str, _Clean, _sized("external_id", "The site's own id: the same id with the same text gets the same decision.")
    ] = ""
    article_id: Annotated[str, _Clean, _sized("article_id", "The site's own id of the page.")] = ""
    parent_id: Annotated[str, _Clean, _sized("parent_id", "The site's own id of the comment that is answered.")] = ""
    callback: Annotated[str, _Clean, _sized("callback", "Where to tell a later decision; used only on the site's own host.")] = ""
    context: Annotated[list[Context], Field(max_length=MAX_CONTEXT, description="Tags and categories of the page.")] = []
    honeypot: Annotated[bool, Field(description="A form field that people cannot see was filled in.")] = False
    behaviour: Annotated[
        dict[Name, Number],
        Field(
            max_length=MAX_BEHAVIOUR,
            description="How it was typed: counts, and milliseconds, by name.",
            json_schema_extra={"additionalProperties": False},
        ),
    ] = {}
    is_test: Annotated[bool, Field(description="Judged and stored, but never learned from or counted.")] = False

    def comment(self) -> domain.Comment:
        """Give the comment of the domain."""
        fields = dict(self)
        return domain.Comment(**{**fields, "context": tuple(self.context), "door": "v1"})


class BatchIn(Shape):
    """Up to 1,000 comments of one site, judged in order."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BATCH]})

    comments: Annotated[list[CommentIn], Field(min_length=1, max_length=MAX_BATCH)]


class FeedbackIn(Shape):
    """What a human says a comment is."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.FEEDBACK]})

    label: Literal["ham", "spam", "abuse"]
    by: Annotated[str, Field(max_length=100, description="Who says so, in the site's own words."), _Clean] = ""
    kind: Annotated[str, Field(max_length=40, description="The kind of abuse."), _Clean] = ""


class ScoresOut(BaseModel):
    """Calibrated probabilities in [0, 1]."""

    spam: float
    abuse: float


class BandsOut(BaseModel):
    """Between which of the policy's lines each score lies: what the score alone would say."""

    spam: Verdict
    abuse: Verdict


class ClueOut(BaseModel):
    """A named contribution to a score in log-odds; positive speaks for spam or abuse."""

    kind: str
    name: str
    weight: float
    head: Literal["spam", "abuse"]


class DecisionOut(BaseModel):
    """A verdict, who took it and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DECISION]})

    verdict: Verdict
    rule: str
    reasons: list[str]
    source: Literal["rule", "model", "moderator"]
    at: float
    scores: ScoresOut | None
    model: str | None

    @classmethod
    def of(cls, decision: domain.Decision) -> DecisionOut:
        """Give the shape of a decision."""
        return cls(**_decision(decision))


class JudgedOut(DecisionOut):
    """The answer to a comment. ``repeated``: it was here before, and this is the decision of then."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.JUDGED]})

    id: str
    external_id: str
    bands: BandsOut | None
    clues: list[ClueOut]
    repeated: bool

    @classmethod
    def answer(cls, judged: Judged, comment: domain.Comment, policy: Policy) -> JudgedOut:
        """Give the shape of a judged comment."""
        stored = judged.stored
        scores = stored.decision.scores
        return cls(
            **_decision(stored.decision),
            id=stored.id,
            external_id=comment.external_id,
            bands=BandsOut(spam=_band(scores, policy, "spam"), abuse=_band(scores, policy, "abuse")) if scores else None,
            clues=[ClueOut(kind=clue.kind, name=clue.name, weight=clue.weight, head=clue.head) for clue in judged.clues[:_CLUES]],
            repeated=stored.repeated,
        )


class BatchOut(BaseModel):
    """The answers, in the order of the comments."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BATCH_ANSWER]})

    results: list[JudgedOut]


class LabelOut(BaseModel):
    """A label as it was given."""

    label: Literal["ham", "spam", "abuse"]
    kind: str
    by: str
    at: float

    @classmethod
    def of(cls, given: Given) -> LabelOut:
        """Give the shape of a label."""
        return cls(label=given.label.value, kind=given.kind, by=given.hand, at=given.at)


class CommentOut(BaseModel):
    """A stored comment with its decisions, oldest first (in a page only the newest), and its labels."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STORED]})

    id: str
    received_at: float
    verdict: Verdict
    comment: dict[str, Any]
    decisions: list[DecisionOut]
    labels: list[LabelOut]
    told: str
    """Whether the site's WordPress knows of a moderator's decision: waiting, sent, or why not."""

    @classmethod
    def of(cls, stored: StoredComment) -> CommentOut:
        """Give the shape of a stored comment."""
        comment = {name: getattr(stored.comment, name) for name in stored.comment.__struct_fields__}
        return cls(
            id=stored.id,
            received_at=stored.received_at,
            verdict=stored.decision.verdict.value,
            comment=comment,
            decisions=[DecisionOut.of(decision) for decision in stored.decisions],
            labels=[LabelOut.of(given) for given in stored.labels],
            told=stored.told,
        )


class PageOut(BaseModel):
    """Comments, newest first. The header ``Link`` names the next page while there is one."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PAGE]})

    comments: list[CommentOut]
    next: str | None


class FeedbackOut(BaseModel):
    """What became of a label."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.FEEDBACK_ANSWER]})

    id: str
    verdict: Verdict
    before: Verdict
    repeated: bool


class LinesShape(Shape):
    """accept below ``hold_at``, hold from there, reject from ``reject_at`` on; above 1 no score rejects."""

    hold_at: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
    reject_at: Annotated[float, Field(gt=0, le=1.01, allow_inf_nan=False)]

    def lines(self) -> domain.Lines:
        """Give the lines of the domain."""
        return domain.Lines(self.hold_at, self.reject_at)


class ListsShape(Shape):
    """Entries that settle a comment. Patterns are RE2 expressions."""

    authors: list[Line] = []
    emails: list[Line] = []
    domains: list[Line] = []
    ips: list[Line] = []
    words: list[Line] = []
    patterns: list[Line] = []

    def lists(self) -> Lists:
        """Give the lists of the policy room."""
        return Lists(**{name: tuple(entries) for name, entries in self})


class ReasonShape(Shape):
    """Why a moderator rejects, and what that says the comment is."""

    name: Line
    label: Literal["spam", "abuse"] = "abuse"

    @classmethod
    def of(cls, reason: Reason) -> ReasonShape:
        """Make the shape of a reason of the policy room."""
        return cls(name=reason.name, label=reason.label)


class ConditionShape(Shape):
    """What a comment must be like; everything given must hold, of a list any one entry. Ranges are half-open."""

    words: list[Line] = []
    patterns: list[Line] = []
    within: Place = "text"
    authors: list[Line] = []
    emails: list[Line] = []
    domains: list[Line] = []
    ips: list[Line] = []
    languages: list[Line] = []
    links_from: Budget | None = None
    links_below: Budget | None = None
    spam_from: Bound | None = None
    spam_below: Bound | None = None
    abuse_from: Bound | None = None
    abuse_below: Bound | None = None
    first_time: bool | None = None


class OwnRuleShape(Shape):
    """One of the site's own rules: who meets its condition gets its verdict, or, with ``none``, something added and a tag."""

    name: Line
    verdict: Literal["accept", "hold", "reject", "none"]
    when: ConditionShape
    on: bool = True
    note: Line = ""
    spam_add: Annotated[float, Field(ge=-1, le=1)] = 0.0
    abuse_add: Annotated[float, Field(ge=-1, le=1)] = 0.0
    tag: Annotated[str, Field(max_length=40)] = ""

    def rule(self) -> OwnRule:
        """Give the rule of the policy room."""
        asked: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in self.when}
        effects: dict[str, Any] = {"spam_add": self.spam_add, "abuse_add": self.abuse_add, "tag": self.tag}
        return OwnRule(name=self.name, verdict=self.verdict, when=Condition(**asked), on=self.on, note=self.note, **effects)


_DEFAULT = Policy()


class PolicyShape(Shape):
    """A site's policy. Lines left out are the model's certified ones."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.POLICY]})

    spam: LinesShape | None = None
    abuse: LinesShape | None = None
    allow: ListsShape = ListsShape()
    block: ListsShape = ListsShape()
    hold: ListsShape = ListsShape()
    trusted_after: Budget = _DEFAULT.trusted_after
    first_time: Literal["never", "links", "always"] = _DEFAULT.first_time
    max_links: Budget = _DEFAULT.max_links
    flood_limit: Budget = _DEFAULT.flood_limit
    flood_seconds: Budget = _DEFAULT.flood_seconds
    audit: Annotated[float, Field(ge=0, le=1)] = _DEFAULT.audit
    reasons: Annotated[list[ReasonShape], Field(max_length=9)] = [ReasonShape.of(each) for each in _DEFAULT.reasons]
    rules: Annotated[list[OwnRuleShape], Field(max_length=200)] = []

    def policy(self) -> Policy:
        """Give the policy of the policy room. Raises InvalidPolicy."""
        return Policy(
            spam=self.spam.lines() if self.spam else None,
            abuse=self.abuse.lines() if self.abuse else None,
            allow=self.allow.lists(),
            block=self.block.lists(),
            hold=self.hold.lists(),
            trusted_after=self.trusted_after,
            first_time=self.first_time,
            max_links=self.max_links,
            flood_limit=self.flood_limit,
            flood_seconds=self.flood_seconds,
            audit=self.audit,
            reasons=tuple(Reason(each.name, each.label) for each in self.reasons),
            rules=tuple(each.rule() for each in self.rules),
        )


class PolicyOut(BaseModel):
    """The policy in force, its version (0: nothing was set yet), and every line with the model's filled in."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.POLICY_ANSWER]})

    version: int
    policy: dict[str, Any]


def _decision(decision: domain.Decision) -> dict[str, Any]:
    scores = decision.scores
    return {
        "verdict": decision.verdict.value,
        "rule": decision.rule,
        "reasons": list(decision.reasons),
        "source": decision.source.value,
        "at": decision.at,
        "scores": ScoresOut(spam=scores.spam, abuse=scores.abuse) if scores else None,
        "model": scores.model if scores else None,
    }


def _band(scores: domain.Scores, policy: Policy, head: domain.Head) -> Verdict:
    lines, score = policy.lines(head), scores.of(head)
    if score >= lines.reject_at:
        return "reject"
    return "hold" if score >= lines.hold_at else "accept"


_SHAPES: tuple[type[BaseModel], ...] = (
    CommentIn,
    BatchIn,
    FeedbackIn,
    PolicyShape,
    LinesShape,
    ListsShape,
    OwnRuleShape,
    ConditionShape,
)
KNOWN_NAMES = frozenset({name for shape in _SHAPES for name in shape.model_fields}) | {
    "comment_id",
    "limit",
    "cursor",
    "verdict",
    "Idempotency-Key",
}
"""The names that an error may say: ours. Any other is the client's own text."""
