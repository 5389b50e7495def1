"""A decision's reasons as people say them, in the language that is spoken.

What is stored, and what sites are told, is plain English, as ``service.policy`` writes it. Here each reason is known again by its
wording and said anew; one that nobody here knows is shown as it is.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Callable
from functools import partial

from service.queue.figures import decimal, number
from service.queue.languages import N_, gettext

_REPR = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_LISTS = {"allow": N_("Allow list"), "block": N_("Block list"), "hold": N_("Hold list")}
_ENTRIES = {"author": N_("the author's name"), "e-mail": N_("the e-mail address"), "address": N_("the IP address")}
_AT_LINE = {
    ("spam", "reject"): N_("The spam score, %(score)s, has reached the line to reject, %(line)s."),
    ("abuse", "reject"): N_("The abuse score, %(score)s, has reached the line to reject, %(line)s."),
    ("spam", "hold"): N_("The spam score, %(score)s, has reached the line to hold, %(line)s."),
    ("abuse", "hold"): N_("The abuse score, %(score)s, has reached the line to hold, %(line)s."),
}
_RULES = {
    "site's own rule": N_("The site's own rule “%(name)s”."),
    "rule of all sites": N_("The rule of all sites “%(name)s”."),
}
_ADDED = {
    "spam": N_("The rule “%(name)s” changed the spam score by %(added)s."),
    "abuse": N_("The rule “%(name)s” changed the abuse score by %(added)s."),
}
_PLAIN = {
    "documented test value for spam": N_("A documented test value: it is always spam."),
    "written by the site's administrator": N_("Written by the site's administrator."),
    "no model could score the comment": N_("No model could score the comment."),
    "more comments in a short time than the site allows": N_("More comments in a short time than the site allows."),
    "a hidden form field was filled in": N_("A form field that people cannot see was filled in."),
    "nothing of the text can be seen": N_("Nothing of the text can be seen."),
    "first comment of this author": N_("The site has accepted nothing of this author before."),
    "first comment of this author and it has links": N_(
        "The site has accepted nothing of this author before, and there are links."
    ),
    "every score is below its hold line": N_("Every score is below its line to hold."),
    "the rules could not be applied": N_("The rules could not be applied."),
    "the comment could not be judged": N_("The comment could not be judged."),
    "the verdict was not there in time": N_("The verdict was not there in time."),
}


def said(reason: str) -> str:
    """Say a reason."""
    if reason in _PLAIN:
        return gettext(_PLAIN[reason])
    for pattern, say in _WORDINGS:
        if (found := pattern.fullmatch(reason)) is not None:
            return say(**found.groupdict())
    return reason


def _at_line(head: str, score: str, verdict: str, line: str, trusted: str | None) -> str:
    fine = float(line) >= _FINEST  # a line at nothing holds everything
    values = {"score": decimal(float(score), 3), "line": decimal(float(line), 3) if fine else number(0)}
    sentence = gettext(_AT_LINE[head, verdict]) % values
    return f"{sentence} {gettext('It is held because the author is trusted.')}" if trusted else sentence


def _links(links: str, most: str) -> str:
    return gettext("%(links)s links; the site allows %(most)s.") % {"links": number(int(links)), "most": number(int(most))}


def _listed(kind: str, what: str) -> str:
    word, _, rest = what.partition(" ")
    if rest and word == "domain":
        what = gettext("the domain %(name)s") % {"name": rest}
    elif rest and word == "entry":
        what = gettext("the entry “%(name)s”") % {"name": _bare(rest)}
    else:
        what = gettext(_ENTRIES.get(what, what))
    return f"{gettext(_LISTS[kind])}: {what}."


def _named(messages: dict[str, str], key: str, name: str) -> str:
    return gettext(messages[key]) % {"name": _bare(name)}


def _changed(name: str, added: str, head: str) -> str:
    return gettext(_ADDED[head]) % {"name": _bare(name), "added": decimal(float(added), 2, signed=True)}


def _tagged(name: str, tag: str) -> str:
    return gettext("The rule “%(name)s” gave the tag “%(tag)s”.") % {"name": _bare(name), "tag": _bare(tag)}


def _bare(name: str) -> str:
    """Give a name without the quotes that it was written in."""
    try:
        return str(literal_eval(name))
    except (ValueError, SyntaxError):
        return name


_FINEST = 0.0005
_WORDINGS: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = (
    (
        re.compile(
            r"(?P<head>spam|abuse) score (?P<score>[\d.]+) is at or above the (?P<verdict>hold|reject) line (?P<line>[\d.]+)"
            r"(?P<trusted>; held because the author is trusted)?"
        ),
        _at_line,
    ),
    (re.compile(r"(?P<links>\d+) links, the site allows (?P<most>\d+)"), _links),
    (re.compile(r"(?P<kind>allow|block|hold) list: (?P<what>.+)", re.DOTALL), _listed),
    (re.compile(rf"the (?P<key>site's own rule|rule of all sites) (?P<name>{_REPR})"), partial(_named, _RULES)),
    (re.compile(rf"the rule (?P<name>{_REPR}) added (?P<added>[+-][\d.]+) to the (?P<head>spam|abuse) score"), _changed),
    (re.compile(rf"the rule (?P<name>{_REPR}) gave the tag (?P<tag>{_REPR})"), _tagged),
)
