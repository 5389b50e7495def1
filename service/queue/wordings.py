"""What rooms below say in plain English, said anew in the language that is spoken: why a policy is wrong, why nothing was sent.

They write it down, send it and print it as it is; here it is known again by its wording. What nobody here knows stays as it is.
"""

from __future__ import annotations

import re

from service.queue.figures import number
from service.queue.languages import N_, gettext

_WORDINGS = (
    # A policy, as ``service.policy``, ``service.conditions`` and ``service.queue.rulebook`` find it wrong.
    N_("file"),
    N_("line %(number)s"),
    N_("is empty."),
    N_("asks for nothing; a rule needs a condition."),
    N_("is the name of another rule."),
    N_("are more than %(most)s."),
    N_("has more than %(most)s entries."),
    N_("must hold addresses such as 203.0.113.7 or networks such as 203.0.113.0/24."),
    N_("is no regular expression that the linear-time engine RE2 can run."),
    N_("must be between -1 and 1."),
    N_("makes no difference beside a verdict."),
    N_("may have %(most)s printable characters."),
    N_("does nothing; a rule without a verdict needs a tag or something to add."),
    N_("must be above spam_from."),
    N_("must be above abuse_from."),
    N_("must be above links_from."),
    N_("needs between 1 and %(most)s printable characters."),
    N_("is longer than %(most)s characters."),
    N_("must be between 0 and 1.01."),
    N_("must be between 0 and 1,000,000."),
    N_("must be above 0 and at most 1, so that some comments are accepted."),
    N_("must lie between hold_at and 1.01 (above 1: no score alone rejects)."),
    N_("must be a share between 0 and 1."),
    N_("must be a number such as 0.8."),
    N_("must be a whole number."),
    N_("must be at most %(most)s, each with a short name."),
    N_("must hold parts of a policy, such as rules:."),
    N_("expected %(wanted)s, got %(given)s."),
    N_("expected %(wanted)s."),
    N_("object missing required field %(name)s."),
    N_("object contains unknown field %(name)s."),
    N_("invalid enum value %(given)s."),
    N_("is no YAML."),
    N_("is no YAML: %(why)s."),
    N_("it ends too soon"),
    N_("aliases are not taken"),
    N_("a key stands twice"),
    # An address to which nothing may be sent, as ``service.outbox.guard`` says.
    N_("The address has characters that do not belong in a URL; write other alphabets as xn--… and %XX."),
    N_("The address cannot be read as a URL."),
    N_("The address must begin with https:// or http://."),
    N_("The address must not hold a user name or password."),
    N_("The address must not have a #fragment."),
    N_("Ports below 1024 other than 80 and 443 belong to other services."),
    N_("The address names no valid IPv6 address."),
    N_("The address names no valid host."),
    N_("Write an IPv4 address as four decimal numbers."),
    N_("The address is not on the public internet; WINNOW_OUTBOUND_ALLOW lists exceptions."),
    N_("The host's name cannot be resolved."),
    N_("There is no address to connect to."),
    # A delivery that failed, as ``service.outbox`` and the store write it down.
    N_("no answer within %(seconds)s s"),
    N_("no answer in time"),
    N_("redirects are not followed"),
    N_("answered %(status)s"),
    N_("could not connect"),
    N_("the answer was not HTTP"),
    N_("the connection broke"),
    N_("the certificate is not valid for this host"),
    N_("the endpoint is switched off"),
    N_("no key of the site can be told to it; make a new one"),
    N_("decide in WordPress: its Akismet plugin has no way to be told"),
    N_("decide in WordPress: it does not know the comment"),
    N_("the answer is not the Akismet plugin's"),
)
_HOLE = re.compile(r"%\\\((\w+)\\\)s")
_PLAIN = frozenset(wording for wording in _WORDINGS if "%(" not in wording)
_OPEN = tuple(
    (re.compile(_HOLE.sub(r"(?P<\1>.+?)", re.escape(wording)), re.DOTALL), wording) for wording in _WORDINGS if "%(" in wording
)


def anew(sentence: str) -> str:
    """Say a sentence."""
    if sentence in _PLAIN:
        return gettext(sentence)
    for pattern, wording in _OPEN:
        if (found := pattern.fullmatch(sentence)) is not None:
            return gettext(wording) % {name: _value(value) for name, value in found.groupdict().items()}
    return sentence


def _value(value: str) -> str:
    plain = value.replace(",", "")
    return number(int(plain)) if plain.isascii() and plain.isdigit() and len(plain) < 10 else anew(value)
