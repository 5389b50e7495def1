"""A site's own rules: what a comment must be like, and the verdict it then gets. Data, made ready to match; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Literal

import re2
from msgspec import Struct, structs

from service.domain import HEADS, Comment, History, Reading, Scores, Verdict

MOST_RULES = 200
MOST_ENTRIES = 1000
LONGEST = 300
LONGEST_NAME = 80
LONGEST_TAG = 40
OWN = "own:"
"""What a decision's rule begins with when it was one of the site's own; the rule's name follows."""
SHARED = "all:"
"""The same for a rule that holds on all sites."""

Network = IPv4Network | IPv6Network
Place = Literal["text", "author", "email", "url", "anywhere"]


class InvalidPolicy(ValueError):
    """A policy that cannot be used; ``field`` names the part, the message says what would be right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Condition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a comment must be like: everything that is given must hold, of a list any one entry; case does not matter.

    ``words`` and ``patterns`` (RE2 syntax, linear time) are looked for in the place ``within``. ``authors`` and ``emails`` are
    whole, ``domains`` with their sub-domains, ``ips`` addresses or networks in CIDR form, ``languages`` two-letter codes as the
    site sent them. Scores and links lie in half-open ranges [from, below); ``first_time`` asks for authors of whom the site has
    accepted nothing yet (true) or something (false). A comment without a score meets no range of scores.
    """

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    within: Place = "text"
    authors: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    links_from: int | None = None
    links_below: int | None = None
    spam_from: float | None = None
    spam_below: float | None = None
    abuse_from: float | None = None
    abuse_below: float | None = None
    first_time: bool | None = None


class OwnRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One rule of a site: its name, which decisions bear, its condition, and what it does. One that is not ``on`` is passed over.

    With the verdict ``none`` the rules after it go on: it adds to a score (``spam_add``, ``abuse_add``, from -1 to 1, the sum kept
    within [0, 1]) or gives a ``tag``, by which moderators filter the queue. A later rule's tag takes the place of an earlier one's.
    """

    name: str
    verdict: Literal["accept", "hold", "reject", "none"]
    when: Condition
    on: bool = True
    note: str = ""
    spam_add: float = 0.0
    abuse_add: float = 0.0
    tag: str = ""


class Facts(Struct, frozen=True):
    """What conditions look at."""

    reading: Reading
    scores: Scores | None
    history: History


Check = Callable[[Facts], bool]


class Ready:
    """An own rule made ready: ``met`` tells whether a comment meets its condition. Raises InvalidPolicy, naming the field."""

    def __init__(self, field: str, rule: OwnRule, prefix: str = OWN) -> None:
        self.rule = rule
        self.name = prefix + rule.name
        self.verdict = None if rule.verdict == "none" else Verdict(rule.verdict)
        self.checks = tuple(_checks(f"{field}.when", rule.when))
        if not self.checks:
            raise InvalidPolicy(f"{field}.when", "asks for nothing; a rule needs a condition.")

    def met(self, facts: Facts) -> bool:
        """Tell whether a comment is one of those that the rule means."""
        return all(check(facts) for check in self.checks)


def ready(rules: Iterable[OwnRule], prefix: str = OWN) -> tuple[Ready, ...]:
    """Make rules ready, those included that are switched off. Raises InvalidPolicy, naming the field."""
    found, names = [], set()
    for number, rule in enumerate(rules):
        field = f"rules[{number}]"
        if not rule.name.strip() or len(rule.name) > LONGEST_NAME or not rule.name.isprintable():
            raise InvalidPolicy(f"{field}.name", f"needs between 1 and {LONGEST_NAME} printable characters.")
        if rule.name.casefold() in names:
            raise InvalidPolicy(f"{field}.name", "is the name of another rule.")
        if len(rule.note) > LONGEST:
            raise InvalidPolicy(f"{field}.note", f"is longer than {LONGEST} characters.")
        _check_effects(field, rule)
        names.add(rule.name.casefold())
        found.append(Ready(field, rule, prefix))
    if len(found) > MOST_RULES:
        raise InvalidPolicy("rules", f"are more than {MOST_RULES}.")
    return tuple(found)


def _check_effects(field: str, rule: OwnRule) -> None:
    for name in ("spam_add", "abuse_add"):
        if not -1.0 <= (added := getattr(rule, name)) <= 1.0:
            raise InvalidPolicy(f"{field}.{name}", "must be between -1 and 1.")
        if added and rule.verdict != "none":
            raise InvalidPolicy(f"{field}.{name}", "makes no difference beside a verdict.")
    if len(rule.tag) > LONGEST_TAG or not rule.tag.isprintable() or rule.tag != rule.tag.strip():
        raise InvalidPolicy(f"{field}.tag", f"may have {LONGEST_TAG} printable characters.")
    if rule.verdict == "none" and not (rule.spam_add or rule.abuse_add or rule.tag):
        raise InvalidPolicy(f"{field}.verdict", "does nothing; a rule without a verdict needs a tag or something to add.")


def _checks(field: str, when: Condition) -> Iterable[Check]:
    """Give the checks of what is asked for, the cheap ones first."""
    yield from _ranges(field, when)
    if when.first_time is not None:
        yield _first_time(wanted=when.first_time)
    if when.languages:
        yield _languages(_entries(f"{field}.languages", when.languages))
    if when.authors:
        yield _whole("author", _entries(f"{field}.authors", when.authors))
    if when.emails:
        yield _whole("author_email", _entries(f"{field}.emails", when.emails))
    if when.domains:
        yield _domains(frozenset(each.lstrip(".") for each in _entries(f"{field}.domains", when.domains)))
    if when.ips:
        yield _networks(tuple(network(f"{field}.ips[{number}]", each) for number, each in enumerate(when.ips)))
    if when.words or when.patterns:
        yield _texts(field, when)


def _ranges(field: str, when: Condition) -> Iterable[Check]:
    for name in ("links", *HEADS):
        low, below = getattr(when, f"{name}_from"), getattr(when, f"{name}_below")
        highest = 1_000_000 if name == "links" else 1.01
        for end, value in (("from", low), ("below", below)):
            if value is not None and not 0 <= value <= highest:
                raise InvalidPolicy(f"{field}.{name}_{end}", f"must be between 0 and {highest:,}.")
        if low is not None and below is not None and low >= below:
            raise InvalidPolicy(f"{field}.{name}_below", f"must be above {name}_from.")
        if low is not None or below is not None:
            yield _range(name, 0 if low is None else low, float("inf") if below is None else below)


def _range(name: str, low: float, below: float) -> Check:
    if name == "links":
        return lambda facts: low <= facts.reading.links < below
    head: Literal["spam", "abuse"] = "spam" if name == "spam" else "abuse"
    return lambda facts: facts.scores is not None and low <= facts.scores.of(head) < below


def _first_time(*, wanted: bool) -> Check:
    return lambda facts: wanted is not bool(facts.history.accepted or facts.history.ham)


def _languages(entries: frozenset[str]) -> Check:
    return lambda facts: any(
        tag.strip().replace("_", "-").split("-")[0] in entries for tag in facts.reading.comment.lang.casefold().split(",")
    )


def _whole(field: str, entries: frozenset[str]) -> Check:
    return lambda facts: getattr(facts.reading.comment, field).strip().casefold() in entries


def _domains(entries: frozenset[str]) -> Check:
    return lambda facts: named_domain(facts.reading.domains, entries) is not None


def _networks(networks: tuple[Network, ...]) -> Check:
    return lambda facts: in_networks(facts.reading.comment.user_ip, networks)


def _texts(field: str, when: Condition) -> Check:
    found = patterns(field, when.words, when.patterns)

    def check(facts: Facts) -> bool:
        return any(found.Match(encodable(text)) for text in _said(facts.reading, when.within))

    return check


def _said(reading: Reading, within: Place) -> tuple[str, ...]:
    comment: Comment = reading.comment
    places = {
        "text": (reading.normalised, comment.text),
        "author": (comment.author,),
        "email": (comment.author_email,),
        "url": (comment.author_url,),
    }
    return tuple(text for texts in places.values() for text in texts) if within == "anywhere" else places[within]


def _entries(field: str, entries: tuple[str, ...]) -> frozenset[str]:
    check_entries(field, entries, MOST_ENTRIES)
    return frozenset(folded(entries))


# Shared with the lists of a policy.


def folded(entries: Iterable[str]) -> list[str]:
    """Give entries as they are compared."""
    return [entry.strip().casefold() for entry in entries]


def encodable(text: str) -> str:
    """Give a text that RE2 can look at: lone surrogates have no UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def check_entries(field: str, entries: tuple[str, ...], most: int) -> None:
    """Refuse empty, long and too many entries. Raises InvalidPolicy."""
    if len(entries) > most:
        raise InvalidPolicy(field, f"has more than {most:,} entries.")
    for number, entry in enumerate(entries):
        if not entry.strip():
            raise InvalidPolicy(f"{field}[{number}]", "is empty.")
        if len(entry) > LONGEST:
            raise InvalidPolicy(f"{field}[{number}]", f"is longer than {LONGEST} characters.")


def named_domain(domains: Iterable[str], entries: frozenset[str]) -> str | None:
    """Give the entry that one of the domains is, or lies under."""
    for domain in domains:
        parts = domain.split(".")
        for start in range(len(parts)):
            if (candidate := ".".join(parts[start:])) in entries:
                return candidate
    return None


def in_networks(address: str, networks: tuple[Network, ...]) -> bool:
    """Tell whether an address, if it is one, lies in one of the networks."""
    if not networks or not address:
        return False
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return False
    return any(parsed in each for each in networks)


def network(field: str, entry: str) -> Network:
    """Read an address or a network. Raises InvalidPolicy."""
    try:
        return ip_network(entry.strip(), strict=False)
    except ValueError:
        raise InvalidPolicy(field, "must hold addresses such as 203.0.113.7 or networks such as 203.0.113.0/24.") from None


def patterns(field: str, words: tuple[str, ...], expressions: tuple[str, ...]) -> re2.Set:
    """Make words and regular expressions one automaton; it numbers the words first. Raises InvalidPolicy."""
    check_entries(f"{field}.words", words, MOST_ENTRIES * 10)
    check_entries(f"{field}.patterns", expressions, MOST_ENTRIES * 10)
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    found = re2.Set.SearchSet(options)
    for number, word in enumerate(words):
        _add(found, f"{field}.words[{number}]", re2.escape(encodable(word)))
    for number, pattern in enumerate(expressions):
        _add(found, f"{field}.patterns[{number}]", encodable(pattern))
    found.Compile()
    return found


def _add(found: re2.Set, field: str, pattern: str) -> None:
    try:
        found.Add(pattern)
    except re2.error:
        raise InvalidPolicy(field, "is no regular expression that the linear-time engine RE2 can run.") from None


def asked(when: Condition) -> dict[str, object]:
    """Give what a condition asks for, by field."""
    usual = Condition()
    return {name: value for name, value in structs.asdict(when).items() if value != getattr(usual, name)}
