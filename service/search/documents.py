"""What a comment is found by: its words, its author's words, and its facts as words that nobody can type.

One sequence of words: the text as it came, as the filter reads it where that differs, the author's name, the name once more with
a mark before each word (for ``author:``), and facts, each with another mark. Marks are no letters, so no word contains one.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from service.domain import Comment
from service.search.words import words

BREAK = "¶"
"""Stands between parts, so that no phrase reaches from one into the next."""

NAMED = "¤"
FACT = "§"
_SHOWN_MODEL = 12
_NIBBLE = 4


class NoSuchNetwork(ValueError):  # named like the other refusals
    """What is no address and no network that can be searched for."""


def document(
    site_id: int, author_key: int | None, comment: Comment, normalised: str, domains: Iterable[str], rule: str, model: str
) -> str:
    """Give the words that a comment is found by, parted by spaces. ``rule`` and ``model`` are of its first decision."""
    found = words(comment.text)
    if (read := words(normalised)) != found:
        found += [BREAK, *read]
    name = words(comment.author)
    facts = [site_fact(site_id), lang_fact(comment.lang), rule_fact(rule), *model_facts(model), *address_facts(comment.user_ip)]
    facts += [author_fact(author_key)] if author_key is not None else []
    facts += [email_fact(comment.author_email)] if comment.author_email else []
    facts += {domain_fact(each) for domain in domains for each in _and_parents(domain)}
    return " ".join((*found, BREAK, *name, BREAK, *named(name), BREAK, *facts))


def named(name: Iterable[str]) -> list[str]:
    """Give the words that only an author's name has."""
    return [NAMED + word for word in name]


def site_fact(site_id: int) -> str:
    """Name the site."""
    return f"{FACT}s{site_id}"


def author_fact(author_key: int) -> str:
    """Name the author's key."""
    return f"{FACT}a{author_key & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def email_fact(email: str) -> str:
    """Name an e-mail address, whatever its case."""
    return f"{FACT}m{_digest(email.strip().casefold())}"


def lang_fact(lang: str) -> str:
    """Name a language, without its region."""
    return f"{FACT}l{_digest(lang.replace('_', '-').split('-')[0].split(',')[0].strip().lower()[:8])}"


def rule_fact(rule: str) -> str:
    """Name the rule that decided."""
    return f"{FACT}r{_digest(rule)}"


def model_facts(model: str) -> list[str]:
    """Name the model that scored, in full and as the pages show it."""
    return [f"{FACT}o{_digest(each)}" for each in sorted({model, model[:_SHOWN_MODEL]})] if model else []


def domain_fact(domain: str) -> str:
    """Name a domain."""
    return f"{FACT}d{_digest(domain.strip().strip('.').casefold())}"


def _and_parents(domain: str) -> list[str]:
    parts = domain.split(".")
    return [".".join(parts[start:]) for start in range(max(len(parts) - 1, 1))]


def _digest(value: str) -> str:
    return blake2b(value.encode("utf-8", "replace"), digest_size=8).hexdigest()


# Addresses: a word for each network that they lie in, in steps of four bits; so every network is a few words.


def address_facts(address: str) -> list[str]:
    """Name an address and the networks around it: IPv4 from /8 on, IPv6 from /32 to /64. Nothing for what is no address."""
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return []
    steps = range(8, 33, _NIBBLE) if parsed.version == 4 else (*range(32, 65, _NIBBLE), 128)
    return [_network_fact(parsed, bits) for bits in steps]


def _network_fact(address: IPv4Address | IPv6Address, bits: int) -> str:
    return f"{FACT}i{address.version}{address.packed.hex()[: bits // _NIBBLE]}"


def network_facts(asked: str) -> list[str]:
    """Give the words of which an address of the network has one: ``203.0.113.7``, ``203.0.113.0/20``, ``203.0.*``.

    Raises NoSuchNetwork.
    """
    network = _network(asked)
    known = range(8, 33) if network.version == 4 else (*range(32, 65), 128)
    if network.prefixlen not in known:
        raise NoSuchNetwork("An IPv4 network has /8 to /32, an IPv6 network /32 to /64 or /128.")
    whole = -(-network.prefixlen // _NIBBLE) * _NIBBLE
    return [_network_fact(each.network_address, whole) for each in network.subnets(new_prefix=whole)]


def _network(asked: str) -> IPv4Network | IPv6Network:
    if "*" in asked:
        parts = [part for part in asked.rstrip(".*").split(".") if part]
        asked = f"{'.'.join(parts + ['0'] * (4 - len(parts)))}/{8 * len(parts)}"
    try:
        return ip_network(asked.strip(), strict=False)
    except ValueError:
        raise NoSuchNetwork("This is no address and no network.") from None
