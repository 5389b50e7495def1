"""Takes off what hides in the spelling: leet, s p a c e d and d.o.t.t.e.d words, "dot com" and hxxp, looong runs.

Every pattern here is linear: repetitions are bounded, or start where the one before ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from service.text.removed import Removed
from service.text.vocabulary import VOCABULARY, parted
from service.text.wordlists import word_set

TLDS = (
    "com|net|org|info|biz|ru|xyz|top|site|online|shop|club|store|co|io|me|us|uk|in|tv|pro|life|live|vip|win|bet|cc|su|ua|de|fr|id"
)
_SURE_TLDS = "com|org|biz|ru|xyz"

# ---- words drawn apart ---------------------------------------------------------------------------
_SPACED = re.compile(r"(?<![\w'.@-])[^\W_](?:\s{1,3}[^\W_]){3,}(?![\w'])")
_SEPARATED = re.compile(r"(?<![\w@/.:-])[^\W\d_](?:(?:[.\-_*~|+,·•']{1,2}[^\W_]){3,}|(?:\s[.\-_*~|+·•]\s[^\W_]){3,})(?![\w@/])")
_NOT_LETTERS = re.compile(r"[\W_]+")
_WORD_GAP = re.compile(r"\s{2,}")
_SPLIT = re.compile(r"(?<![^\s\"'(])([a-z]{2,12})[.*_~^|]{1,2}([a-z]{2,12})(?![\w@/.(])")
_UNDERSCORED = re.compile(r"(?<!\S)[^\W_]+(?:_[^\W_]+){2,}(?!\S)")
_MARKED = re.compile(r"(?<![\w@/.(\[`*~])([a-z]{0,20})(\*{1,3}|~~)([a-z]{1,20})\2([a-z]{0,20})(?![\w(*~])")
_SHORT_SEPARATED = re.compile(r"(?<![\w@/.:|*_-])[a-z]([.\-_*~|/])[a-z]\1[a-z](?:\1[a-z]){0,20}(?![\w@/|*_-]|\.[a-z])")
_SHORT_MIXED = re.compile(r"(?<![\w@/.:|*_'-])[a-z][.\-_*~|',][a-z][.\-_*~|',][a-z](?![\w@/|*_'-]|\.[a-z])")
_PICTURED = re.compile("(?<![\\w@])[a-z](?:[\u2190-\u2bff\U0001f000-\U0001faff]{1,2}[a-z]){2,40}(?![\\w@])")
_VOWELS = frozenset("aeiouy0134@")
_CHOICES = frozenset("abcdef")
_KEYS = frozenset({"wasd", "aeio", "abba"})
_INITIALS = frozenset({"who", "usa", "may", "all", "dad", "add", "end", "sad", "bad", "see", "its", "his"})
"""Common words of three letters that are initials, formulas or answers as well."""


def close_up(text: str, removed: Removed) -> str:
    """Join words whose letters stand apart, where they make a word rather than initials, answers or an alphabet."""
    return _SPACED.sub(lambda found: _joined_words(found[0], removed), text)


def drop_separators(text: str, removed: Removed) -> str:
    """Join words whose letters are parted by signs, and part words that underscores join."""
    if not text.isascii():
        text = _PICTURED.sub(lambda found: _without_pictures(found[0], removed), text)
    text = _MARKED.sub(lambda found: _without_marks(found, removed), text)
    text = _SHORT_SEPARATED.sub(lambda found: _known_joined(found, removed), text)
    text = _SHORT_MIXED.sub(lambda found: _known_joined(found, removed), text)
    text = _SEPARATED.sub(lambda found: _joined(found[0], removed), text)
    text = _UNDERSCORED.sub(lambda found: found[0].replace("_", " "), text)
    return _SPLIT.sub(lambda found: _mended(found, removed), text)


def _without_marks(found: re.Match[str], removed: Removed) -> str:
    """Take Markdown off a part of a word; a product (a*b*c) is no word, and a word marked as a whole hides nothing."""
    whole = found[1] + found[3] + found[4]
    if (
        not (found[1] or found[4])
        or len(whole) < 3
        or (len(found[2]) == 1 and whole not in VOCABULARY and not _is_marked_end(found))
    ):
        return found[0]
    removed.spaced += 1
    return whole


def _is_marked_end(found: re.Match[str]) -> bool:
    """Tell two parts of a longer word, the one or the other in italics."""
    return not (found[1] and found[4]) and len(found[1] + found[3] + found[4]) > 3


def _without_pictures(run: str, removed: Removed) -> str:
    """Join letters parted by pictures, where they make a word."""
    whole = "".join(filter(str.isalpha, run))
    if whole not in VOCABULARY and not (len(whole) > 3 and _is_word(whole)):
        return run
    removed.spaced += 1
    return whole


def _known_joined(found: re.Match[str], removed: Removed) -> str:
    """Join letters parted by one sign, where they make a common word."""
    whole = _NOT_LETTERS.sub("", found[0])
    if whole not in VOCABULARY or whole in _INITIALS:
        return found[0]
    removed.spaced += 1
    return whole


def _mended(found: re.Match[str], removed: Removed) -> str:
    """Join what one sign splits (ca.sino, por*n) where that makes a common word and the halves are none."""
    whole = found[1] + found[2]
    if whole not in VOCABULARY or (found[1] in VOCABULARY and found[2] in VOCABULARY):
        return found[0]
    removed.spaced += 1
    return whole


def _joined_words(run: str, removed: Removed) -> str:
    words = _WORD_GAP.split(run)
    if len(words) > 1 and any(len(word) > 5 for word in words):
        removed.spaced += 1
        return " ".join("".join(word.split()) for word in words)
    return _joined(run, removed)


def _joined(run: str, removed: Removed) -> str:
    letters = _NOT_LETTERS.sub("", run)
    if not _is_word(letters):
        return run
    removed.spaced += 1
    return parted(letters) if " " in run else letters


def _is_word(letters: str) -> bool:
    found = frozenset(letters)
    if len(found) < 3 or found <= _CHOICES or letters in _KEYS or sum(map(str.isalpha, letters)) * 2 <= len(letters):
        return False
    rising = sum(ord(after) - ord(before) == 1 for before, after in pairwise(letters))
    if rising * 2 >= len(letters):
        return False
    return not letters.isascii() or bool(found & _VOWELS and found - _VOWELS)


# ---- addresses -----------------------------------------------------------------------------------
_SCHEME = re.compile(r"h(?:xx|\*\*|__|tx|xt|tt)p(s?)\s{0,3}(?::|\[:\]|\(:\))\s{0,3}/\s{0,3}/\s{0,3}(?=\S)")
_BRACKETED_DOT = re.compile(r"\s{0,2}[\[({<]\s{0,2}(?:\.|dot|d0t|punkt|punto|ponto|точка)\s{0,2}[\])}>]\s{0,2}(?=[a-z]{2})")
_BRACKETED_AT = re.compile(r"\s{0,2}[\[({<]\s{0,2}at\s{0,2}[\])}>]\s{0,2}(?=[a-z0-9])")
_SAID_DOT = re.compile(rf"\s{{1,2}}(?:dot|d0t)\s{{1,2}}({TLDS})\b(?!\s(?:bubble|boom|crash|era|bust|compan|startup|million|days))")
_GLUED_DOT = re.compile(r"dot(com|net|org)\b")
_LOOSE_DOT = re.compile(rf"(?:\s\.\s({TLDS})|\s\.({_SURE_TLDS}))(?=[\s/?!,:;)]|\.?\Z|\.\s)|\.\s({_SURE_TLDS})(?=[/?]|\.?\Z)")
_LOOSE_WWW = re.compile(r"w\s?w\s?w\s?\.\s?(?=[a-z0-9])")
_HOST_SAID = re.compile(
    rf"(?<![\w-])([a-z0-9-]{{1,40}}(?:\s{{1,2}}(?:dot|d0t)\s{{1,2}}[a-z0-9-]{{1,40}}){{1,4}}\s{{1,2}}(?:dot|d0t)\s{{1,2}}(?:{TLDS}))\b"
    r"(\sslash\s(?=[a-z0-9]))?"
)
_HOST_APART = re.compile(rf"(?<![\w-])([a-z0-9-]{{2,40}}(?:\s\.\s[a-z0-9-]{{2,40}}){{1,4}}\s\.\s(?:{TLDS}))\b(\s/\s(?=[a-z0-9]))?")
_SAID_PATH = re.compile(rf"(?<=[a-z0-9])\.(?:{TLDS})(?: (?:slash|/) [a-z0-9][^\s]{{0,80}}){{1,9}}")
_SAID_SLASH = re.compile(" (?:slash|/) ")
_SAID = re.compile(r"\s{1,2}(?:dot|d0t|\.)\s{1,2}")
_OTHER_DOTS = re.compile(rf"(?<![\w-])[a-z0-9-]{{1,40}}(?:[。·・•.][a-z0-9-]{{1,40}}){{0,4}}[。·・•](?:{TLDS})\b")
_DOTS = re.compile("[。·・•]")
_NAME_BEFORE = re.compile(r"[a-z0-9-]{2,40}\Z")
_BEFORE_TALK_OF_DOMAINS = word_set(
    "a an the this that of my your our his their its by was is are new every first big old and or in on one use using used for "
    "with to from buy any no not asp vb all same other both like than via get"
)


def mend_addresses(text: str, removed: Removed) -> str:
    """Write broken addresses as addresses: hxxp, spaces around dots, "(dot)", "dot com"."""
    before = text
    text = _SCHEME.sub(lambda found: found[0] if _inside_word(found) else f"http{found[1]}://", text)
    if "w." in text or "w ." in text:
        text = _LOOSE_WWW.sub(lambda found: found[0] if _inside_word(found) else "www.", text)
    if any(bracket in text for bracket in "[({<"):
        text = _BRACKETED_AT.sub(_between_names("@"), _BRACKETED_DOT.sub(_between_names("."), text))
    if not text.isascii():
        text = _OTHER_DOTS.sub(lambda found: _DOTS.sub(".", found[0]), text)
    if " ." in text:
        text = _HOST_APART.sub(_as_host, text)
    if "dot" in text or "d0t" in text:
        text = _HOST_SAID.sub(_as_host, text)
        text = _GLUED_DOT.sub(_dot_after_name, _SAID_DOT.sub(_dot_after_name, text))
    if " ." in text or ". " in text:
        text = _LOOSE_DOT.sub(_dot_after_name, text)
    if text != before:
        text = _SAID_PATH.sub(lambda found: _SAID_SLASH.sub("/", found[0]), text)
    removed.dots += text != before
    return text


def _as_host(found: re.Match[str]) -> str:
    """Give a host whose dots are spelt out or stand apart, and the slash after it."""
    return _SAID.sub(".", found[1]) + ("/" if found[2] else "")


def _inside_word(found: re.Match[str]) -> bool:
    return found.string[found.start() - 1 : found.start()].isalnum()


def _between_names(sign: str) -> Callable[[re.Match[str]], str]:
    """Make a bracketed sign count after a letter or digit only."""
    return lambda found: sign if _inside_word(found) else found[0]


def _dot_after_name(found: re.Match[str]) -> str:
    """Give the dot and the top level, where a name stands before that is no talk of domains."""
    start = found.start()
    name = _NAME_BEFORE.search(found.string[max(0, start - 40) : start])
    if not name or name[0] in _BEFORE_TALK_OF_DOMAINS or (found[0][0] == "d" and len(name[0]) < 4):
        return found[0]
    return f".{found[found.lastindex or 0]}"


# ---- leet ----------------------------------------------------------------------------------------
_LEET_WORD = re.compile(r"(?:[^\W_]|[@$!])+")
_ADDRESS_LIKE = re.compile(r"://|www\.|/|=|\.[a-z]|@[^\s@]*\.|\A@|\A#")
_INNER = re.compile(r"(?<=[^\W\d_])[01345@$!]{1,2}(?=[^\W\d_])")
_SILENT_E = re.compile(r"\A[a-z][0134][a-z]3\Z")
_CODE = re.compile(r"[2689]|\d{3}")
_CLUSTER = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}")
_DOLLAR_WORD = re.compile(
    r"\A\$(?:ex\w*|lut\w*|hit\w*|ale|ave|uck\w*|tud\w*|hemale\w*|lots?|pin|pins|ingles?|weet|pecial|oft\w*|hop\w*)\Z"
)
_SIGNS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
_WHOLE = {
    "s3x": "sex", "h0t": "hot", "n0w": "now", "f0r": "for", "y0u": "you", "w1n": "win", "g3t": "get", "b1g": "big", "n3w": "new",
    "t0p": "top", "c@m": "cam", "fr33": "free", "thr33": "three", "ca11": "call", "se11": "sell", "wi11": "will", "a11": "all",
    "0nline": "online", "0rder": "order", "0ffer": "offer", "0nly": "only", "4dult": "adult", "1nvest": "invest", "5ex": "sex",
    "a$$": "ass", "p0rn": "porn", "pr0n": "porn", "ur5": "urs",
}  # fmt: skip
_KEPT_BEGINNINGS = ("w3", "mp3", "mp4", "ps3", "ps4", "ps5")
_KEEP = word_set("c3po log4j log4shell log4net usd$ aud$ cad$ nzd$ sgd$ hkd$ m3ga s3nd p4ss")


def unleet(text: str, removed: Removed) -> str:
    """Read digits and signs as letters where they stand inside a word; names of things (mp3, h1n1, covid19) stay.

    Runs of blanks become one.
    """

    def word(found: re.Match[str]) -> str:
        plain = found[0] if found[0].isalpha() else _unleet(found[0])
        removed.leet += plain != found[0]
        return plain

    tokens = text.split()
    for at, token in enumerate(tokens):
        if not token.isalpha() and _LEET_SIGN.search(token) and not _ADDRESS_LIKE.search(token):
            tokens[at] = _LEET_WORD.sub(word, token)
    return " ".join(tokens)


_LEET_SIGN = re.compile("[0-9@$!]")


def _unleet(word: str) -> str:
    if (whole := _WHOLE.get(word)) is not None:
        return whole
    if _DOLLAR_WORD.match(word):
        return "s" + word[1:]
    letters = sum(map(str.isalpha, word))
    if letters < 2 or len(word) > 30 or _CODE.search(word) or word in _KEEP or word.startswith(_KEPT_BEGINNINGS):
        return word
    if _SILENT_E.match(word):
        return _read(word[:-1]) + "e"
    if word.endswith("$") and word.rstrip("$").isalpha() and (letters > 3 or word.endswith("$$")):
        return word.replace("$", "s")
    return _unleet_inside(word, letters)


def _unleet_inside(word: str, letters: int) -> str:
    inner = _INNER.search(word)
    if not inner or (letters < 3 and "$" not in word) or not _is_plausible(word, inner):
        return word
    plain = _read(word)
    return word if _CLUSTER.search(plain) or not set(plain) & _VOWELS else plain


def _is_plausible(word: str, inner: re.Match[str]) -> bool:
    """Tell whether a sign may be a letter; between two whole words (look@me, great!thanks, type1diabetes) it is none."""
    before, after = word[: inner.start()], word[inner.end() :]
    if "!" in inner[0]:
        return inner[0] == "!" and len(before) <= 2 and not set(before) & _VOWELS and len(after) > 1 and after[0] not in "eiouy"
    if inner[0] == "4" and len(before) >= 3 and (len(after) >= 3 or after == "d"):
        return False
    if inner[0] == "@":
        return before[-1] not in _VOWELS and len(before) <= 6
    return len(before) < 4 or len(after) < 4 or (before[-1] not in _VOWELS and after[0] not in _VOWELS)


def _read(word: str) -> str:
    out: list[str] = []
    last = len(word) - 1
    for at, sign in enumerate(word):
        if sign.isalpha() or at == 0 or (at == last and sign in "17!"):
            out.append(sign)
        elif sign == "1" and word[at + 1] == "i":
            out.append("l")
        else:
            out.append(_SIGNS.get(sign, sign))
    return "".join(out)


# ---- runs ----------------------------------------------------------------------------------------
_RUN = re.compile(r"([^\d\s])\1{3,}")


def cap_runs(text: str) -> str:
    """Leave no sign other than a digit more than three times in a row, and no more than a common word has.

    Runs of blanks become one.
    """
    tokens = text.split()
    for at, token in enumerate(tokens):
        once = _TRIMMED.sub(_halved, token) if _DOUBLED.search(token) else token
        tokens[at] = _RUN.sub(r"\1\1\1", _TRIMMED.sub(_common_word, once)) if _RUN.search(once) else once
    return " ".join(tokens)


_DOUBLED = re.compile(r"(?<![^\W\d_])(?:([a-z])\1){3,20}(?![^\W\d_])")
_TRIMMED = re.compile(r"[^\W\d_]+")


def _halved(found: re.Match[str]) -> str:
    """Give a word of which each letter stands twice with each letter once."""
    word = found[0]
    once = word[::2]
    return once if len(word) > 5 and once == word[1::2] and (once in VOCABULARY or _is_word(once)) else word


def _common_word(found: re.Match[str]) -> str:
    """Give a drawn-out common word as it is spelt (coooool, noooo), other letters as they are."""
    shorter = (_RUN.sub(times, found[0]) for times in (r"\1\1", r"\1"))
    return next((word for word in shorter if word in VOCABULARY), found[0])
