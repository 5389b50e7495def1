"""A site's policy: data that a site sets, and the ordered rules that turn scores and facts into a decision.

``decide`` is pure. The first rule that answers wins; the order of ``RULES`` is the whole of the policy:
what is certain, then what a score alone may reject, then every reason for caution, then accept. The rules of all sites, then a
site's own, stand after what is certain, before the scores.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct, ValidationError, convert, structs

from service import conditions
from service.conditions import SHARED, Facts, InvalidPolicy, OwnRule, Ready
from service.domain import HEADS, Decision, Head, History, Lines, Reading, Scores, Source, Verdict

NEVER_REJECT = Lines(hold_at=0.5, reject_at=1.01)
"""Lines for a head without certified ones: doubt is held, nothing is rejected by score."""

TRUSTED_ROLES = frozenset({"administrator"})
TEST_AUTHORS = frozenset({"viagra-test-123", "akismet-guaranteed-spam"})
TEST_EMAIL = "akismet-guaranteed-spam@example.com"

_BLANK = " \u2800\U0001d159\U0001bca0\U0001bca1\U0001bca2\U0001bca3"
"""Signs that normalised text keeps and that show nothing: Braille without a dot, a note without its head, marks of shorthand."""

_MAX_ENTRIES = 10_000
_MAX_REASON = 300
_MAX_REASONS = 9

__all__ = ["InvalidPolicy", "OwnRule"]


class Lists(Struct, frozen=True, forbid_unknown_fields=True):
    """Entries that settle a comment; case does not matter.

    Names and e-mails whole, domains with their sub-domains, addresses or networks in CIDR form, words anywhere in the text,
    patterns in RE2 syntax (linear time).
    """

    authors: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a moderator rejects, in the site's own words, and what that says the comment is."""

    name: str
    label: Literal["spam", "abuse"] = "abuse"


REASONS = (
    Reason("Advertising", "spam"),
    Reason("Fraud", "spam"),
    Reason("Insult"),
    Reason("Hate"),
    Reason("Threat"),
    Reason("Sexual"),
)


class Policy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    """What a site wants. Lines left as None are the model's certified ones.

    ``trusted_after``: so many accepted comments, none rejected, make an author trusted (0 switches it off).
    ``first_time``: hold comments of authors not seen before: never, with links, or always.
    ``max_links``: hold above so many links. ``flood_limit`` comments in ``flood_seconds`` from one author or address, then hold.
    ``audit``: the share of accepted and rejected comments that a moderator sees all the same, so that what the filter lets
    through can be measured. ``reasons``: what moderators may reject for, on the keys 1 to 9. ``rules``: the site's own, in order.
    """

    spam: Lines | None = None
    abuse: Lines | None = None
    allow: Lists = Lists()
    block: Lists = Lists()
    hold: Lists = Lists()
    trusted_after: int = 3
    first_time: Literal["never", "links", "always"] = "never"
    max_links: int = 5
    flood_limit: int = 10
    flood_seconds: int = 60
    audit: float = 0.01
    reasons: tuple[Reason, ...] = REASONS
    rules: tuple[OwnRule, ...] = ()

    def __post_init__(self) -> None:
        for head in HEADS:
            if (lines := getattr(self, head)) is not None:
                _check_lines(head, lines)
        for name in ("trusted_after", "max_links", "flood_limit", "flood_seconds"):
            if not 0 <= getattr(self, name) <= 1_000_000:
                raise InvalidPolicy(name, "must be between 0 and 1,000,000.")
        if not 0.0 <= self.audit <= 1.0:
            raise InvalidPolicy("audit", "must be a share between 0 and 1.")
        if len(self.reasons) > _MAX_REASONS or any(not each.name.strip() or len(each.name) > _MAX_REASON for each in self.reasons):
            raise InvalidPolicy("reasons", f"must be at most {_MAX_REASONS}, each with a short name.")

    def audits(self, verdict: Verdict, draw: float) -> bool:
        """Is a comment that nobody would see shown to a moderator all the same? ``draw`` is a throw of dice in [0, 1)."""
        return verdict is not Verdict.HOLD and draw < self.audit

    @cached_property
    def allowed(self) -> Matcher:
        """The allow list, ready to match."""
        return Matcher("allow", self.allow)

    @cached_property
    def blocked(self) -> Matcher:
        """The block list, ready to match."""
        return Matcher("block", self.block)

    @cached_property
    def held(self) -> Matcher:
        """The hold list, ready to match."""
        return Matcher("hold", self.hold)

    @cached_property
    def shared(self) -> tuple[Ready, ...]:
        """The rules that hold on all sites; no part of what a site sets: ``sharing`` gives them."""
        return ()

    def sharing(self, rules: tuple[OwnRule, ...]) -> Policy:
        """The same policy on an installation where these rules hold on all sites. Raises InvalidPolicy."""
        copy = structs.replace(self)
        copy.__dict__["shared"] = conditions.ready(rules, SHARED)
        return copy

    @cached_property
    def own(self) -> tuple[Ready, ...]:
        """The site's own rules, ready to match. Raises InvalidPolicy."""
        return conditions.ready(self.rules)

    @cached_property
    def order(self) -> tuple[Rule, ...]:
        """The rules in the order in which they are tried; without own and shared ones this is ``RULES`` itself."""
        own = tuple(_own(each) for each in (*self.shared, *self.own) if each.rule.on)
        return RULES[:_OWN_PLACE] + own + RULES[_OWN_PLACE:] if own else RULES

    @cached_property
    def tried(self) -> tuple[Rule, ...]:
        """``order`` without the rules that this policy leaves nothing to do."""
        idle = self._idle()
        return tuple(rule for rule in self.order if rule not in idle)

    def _idle(self) -> set[Rule]:
        """Give the rules that cannot answer here, such as those of empty lists."""
        idle: set[Rule] = set()
        for rule, matcher in ((allow_list, self.allowed), (block_list, self.blocked), (hold_list, self.held)):
            if matcher.empty:
                idle.add(rule)
        if self.first_time == "never":
            idle.add(first_time_author)
        return idle

    @cached_property
    def heads(self) -> tuple[tuple[Head, float, float], ...]:
        """Each head with its hold and its reject line."""
        return tuple((head, self.lines(head).hold_at, self.lines(head).reject_at) for head in HEADS)

    def with_defaults(self, lines: dict[Head, Lines]) -> Policy:
        """The same policy with ``lines`` where the site set none. Raises InvalidPolicy for a list entry that cannot be used."""
        filled = structs.replace(
            self,
            spam=self.spam or lines.get("spam", NEVER_REJECT),
            abuse=self.abuse or lines.get("abuse", NEVER_REJECT),
        )
        filled.__dict__["shared"] = self.shared
        _ = filled.allowed, filled.blocked, filled.held, filled.tried, filled.heads
        return filled

    def drawing(self, head: Head, hold_at: float, reject_at: float) -> Policy:
        """The same policy, made ready, with one head's lines anywhere, even where no site may set them: to ask what they do."""
        copy = structs.replace(self)
        heads = tuple((head, hold_at, reject_at) if each[0] == head else each for each in self.heads)
        copy.__dict__.update(self.__dict__ | {"heads": heads})
        return copy

    def lines(self, head: Head) -> Lines:
        """The lines of one head."""
        return (self.spam if head == "spam" else self.abuse) or NEVER_REJECT


def policy_of(parts: Any, *, strict: bool = True, whole: str = "file") -> Policy:  # noqa: ANN401 # whatever was written
    """Make a policy of plain data and look at everything that can be wrong; where it is not ``strict``, numbers may come as text.

    Raises InvalidPolicy, whose field is ``whole`` where no part is to blame.
    """
    try:
        policy = convert(parts, Policy, strict=strict)
    except ValidationError as error:
        if isinstance(error.__cause__, InvalidPolicy):
            raise error.__cause__ from None
        wrong, _, place = str(error).replace("`", "").partition(" - at ")
        field = place.removeprefix("$.").removeprefix("key in $").removeprefix("$") or whole
        raise InvalidPolicy(field, f"{wrong[:1].lower()}{wrong[1:]}.") from None
    policy.with_defaults({})
    return policy


def _check_lines(head: str, lines: Lines) -> None:
    if not 0.0 < lines.hold_at <= 1.0:
        raise InvalidPolicy(f"{head}.hold_at", "must be above 0 and at most 1, so that some comments are accepted.")
    if not lines.hold_at <= lines.reject_at <= 1.01:
        raise InvalidPolicy(f"{head}.reject_at", "must lie between hold_at and 1.01 (above 1: no score alone rejects).")


class Matcher:
    """Lists made ready: ``match`` names the entry that a comment meets, or None."""

    def __init__(self, field: str, lists: Lists) -> None:
        for name in structs.asdict(lists):
            conditions.check_entries(f"{field}.{name}", getattr(lists, name), _MAX_ENTRIES)
        self.authors = frozenset(conditions.folded(lists.authors))
        self.emails = frozenset(conditions.folded(lists.emails))
        self.domains = frozenset(entry.lstrip(".") for entry in conditions.folded(lists.domains))
        self.networks = tuple(conditions.network(f"{field}.ips", entry) for entry in lists.ips)
        self.names = lists.words + lists.patterns
        self.patterns = conditions.patterns(field, lists.words, lists.patterns) if self.names else None
        self.empty = not any(structs.astuple(lists))

    def match(self, reading: Reading) -> str | None:
        """What kind of entry the comment meets, with the entry, or None."""
        if self.empty:
            return None
        comment = reading.comment
        if comment.author.strip().casefold() in self.authors:
            return "author"
        if comment.author_email.strip().casefold() in self.emails:
            return "e-mail"
        if domain := conditions.named_domain(reading.domains, self.domains):
            return f"domain {domain}"
        if conditions.in_networks(comment.user_ip, self.networks):
            return "address"
        return self._words(reading)

    def _words(self, reading: Reading) -> str | None:
        if self.patterns is None:
            return None
        for text in (reading.normalised, reading.comment.text):
            if found := self.patterns.Match(conditions.encodable(text)):
                return f"entry {self.names[found[0]]!r}"
        return None


class Case(Struct, frozen=True):
    """One comment before the rules, with what those that do not decide made of it: changed scores, a tag, and notes on both."""

    reading: Reading
    scores: Scores | None
    history: History
    policy: Policy
    tag: str = ""
    touched: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def trusted(self) -> bool:
        """Tell whether the author has earned trust on this site."""
        history, after = self.history, self.policy.trusted_after
        if not after or history.rejected or history.spam:
            return False
        return history.ham >= 1 or history.accepted >= after


class Effect(Struct, frozen=True):
    """What one of a site's own rules does beside, or instead of, giving a verdict."""

    ready: Ready

    def on(self, case: Case) -> Case:
        """Give the case as the rules after this one see it."""
        rule, scores, notes = self.ready.rule, case.scores, []
        if scores is not None:
            scores = Scores(_within(scores.spam + rule.spam_add), _within(scores.abuse + rule.abuse_add), scores.model)
        for head, added in (("spam", rule.spam_add), ("abuse", rule.abuse_add)):
            if added:
                notes.append(f"the rule {rule.name!r} added {added:+.2f} to the {head} score")
        if rule.tag:
            notes.append(f"the rule {rule.name!r} gave the tag {rule.tag!r}")
        touched = case.touched if self.ready.verdict is not None else (*case.touched, self.ready.name)
        changed = {"scores": scores, "tag": rule.tag or case.tag, "touched": touched, "notes": (*case.notes, *notes)}
        return structs.replace(case, **changed)


def _within(score: float) -> float:
    return min(max(score, 0.0), 1.0)


Answer = tuple[Verdict, Source, str] | Effect | None
Rule = Callable[[Case], Answer]


def test_value(case: Case) -> Answer:
    """The protocol's documented test author and e-mail are always spam."""
    comment = case.reading.comment
    if comment.author in TEST_AUTHORS or comment.author_email == TEST_EMAIL:
        return Verdict.REJECT, Source.RULE, "documented test value for spam"
    return None


def site_staff(case: Case) -> Answer:
    """What the site's own administrators write is accepted."""
    if case.reading.comment.role in TRUSTED_ROLES:
        return Verdict.ACCEPT, Source.RULE, "written by the site's administrator"
    return None


def allow_list(case: Case) -> Answer:
    """The site's allow list accepts."""
    if found := case.policy.allowed.match(case.reading):
        return Verdict.ACCEPT, Source.RULE, f"allow list: {found}"
    return None


def block_list(case: Case) -> Answer:
    """The site's block list rejects."""
    if found := case.policy.blocked.match(case.reading):
        return Verdict.REJECT, Source.RULE, f"block list: {found}"
    return None


def hold_list(case: Case) -> Answer:
    """The site's hold list holds."""
    if found := case.policy.held.match(case.reading):
        return Verdict.HOLD, Source.RULE, f"hold list: {found}"
    return None


def no_score(case: Case) -> Answer:
    """Without a score nothing is accepted."""
    if case.scores is None:
        return Verdict.HOLD, Source.RULE, "no model could score the comment"
    return None


def score_rejects(case: Case) -> Answer:
    """A score at or above a head's reject line rejects; a trusted author's comment is held instead."""
    assert case.scores is not None  # noqa: S101 # no_score stands before
    for head, _, reject_at in case.policy.heads:
        if (score := case.scores.of(head)) >= reject_at:
            reason = f"{head} score {score:.3f} is at or above the reject line {reject_at:.3f}"
            if case.trusted:
                return Verdict.HOLD, Source.MODEL, f"{reason}; held because the author is trusted"
            return Verdict.REJECT, Source.MODEL, reason
    return None


def flood(case: Case) -> Answer:
    """Too many comments in a short time from one author or address."""
    if case.history.flooding:
        return Verdict.HOLD, Source.RULE, "more comments in a short time than the site allows"
    return None


def honeypot(case: Case) -> Answer:
    """A field that people cannot see was filled in."""
    if case.reading.comment.honeypot:
        return Verdict.HOLD, Source.RULE, "a hidden form field was filled in"
    return None


def unseen_text(case: Case) -> Answer:
    """Nothing is left of a text when markup and characters that nobody sees are taken off: what it is for, no score can say."""
    if case.reading.comment.text and not case.reading.normalised.strip(_BLANK):
        return Verdict.HOLD, Source.RULE, "nothing of the text can be seen"
    return None


def link_limit(case: Case) -> Answer:
    """More links than the site allows."""
    if case.reading.links > case.policy.max_links:
        return Verdict.HOLD, Source.RULE, f"{case.reading.links} links, the site allows {case.policy.max_links}"
    return None


def first_time_author(case: Case) -> Answer:
    """A site may hold authors that it has not seen before."""
    wanted = case.policy.first_time
    if wanted == "never" or case.history.accepted or case.history.ham:
        return None
    if wanted == "always" or case.reading.links:
        return Verdict.HOLD, Source.RULE, "first comment of this author" + (" and it has links" if wanted == "links" else "")
    return None


def score_holds(case: Case) -> Answer:
    """A score between a head's lines holds; a trusted author is held for abuse only."""
    assert case.scores is not None  # noqa: S101 # as above
    for head, hold_at, _ in case.policy.heads:
        if (score := case.scores.of(head)) >= hold_at and not (case.trusted and head == "spam"):
            return Verdict.HOLD, Source.MODEL, f"{head} score {score:.3f} is at or above the hold line {hold_at:.3f}"
    return None


def below_lines(case: Case) -> Answer:  # noqa: ARG001 # a rule like the others
    """Nothing speaks against the comment."""
    return Verdict.ACCEPT, Source.MODEL, "every score is below its hold line"


RULES: tuple[Rule, ...] = (
    test_value,
    site_staff,
    allow_list,
    block_list,
    no_score,
    score_rejects,
    hold_list,
    flood,
    honeypot,
    unseen_text,
    link_limit,
    first_time_author,
    score_holds,
    below_lines,
)


_OWN_PLACE = RULES.index(no_score)


def _own(ready: Ready) -> Rule:
    """Make a rule like the others of one of the site's own, or of all sites; decisions bear its name."""
    plain = ready.verdict is not None and not ready.rule.tag
    answer: Answer = (ready.verdict, Source.RULE, _reason(ready)) if ready.verdict is not None and plain else Effect(ready)

    def rule(case: Case) -> Answer:
        return answer if ready.met(Facts(case.reading, case.scores, case.history)) else None

    rule.__name__ = ready.name
    return rule


def _reason(ready: Ready) -> str:
    whose = "rule of all sites" if ready.name.startswith(SHARED) else "site's own rule"
    return f"the {whose} {ready.rule.name!r}"


def decide(reading: Reading, scores: Scores | None, history: History, policy: Policy, at: float) -> Decision:
    """The decision of the first rule that answers. ``policy`` has its lines filled in (``Policy.with_defaults``)."""
    case, rule, (verdict, source, reason) = settle(Case(reading, scores, history, policy))
    return Decision(verdict, rule, (reason, *case.notes), source, at, scores, case.tag, case.touched)


def settle(case: Case) -> tuple[Case, str, tuple[Verdict, Source, str]]:
    """Try the rules in order; give the case as it then stands, the name of the first rule that answers, and its answer."""
    for rule in case.policy.tried:
        if (answer := rule(case)) is None:
            continue
        if isinstance(answer, Effect):
            case = answer.on(case)
            if answer.ready.verdict is None:
                continue
            answer = answer.ready.verdict, Source.RULE, _reason(answer.ready)
        return case, rule.__name__, answer
    raise AssertionError("the last rule always answers")
