"""Signals: named facts of a comment, one float each, in a fixed order.

They are read from three places: the raw text (what it hides, shouts and repeats), the normalised text (its phrases, shapes and
links), and the fields around it (author, typing, honeypot).
"""

from __future__ import annotations

from array import array
from functools import cache

from service.domain import Comment
from service.text import prepared
from service.text.author_signals import AUTHOR_SPECS, TYPING_SPECS
from service.text.phrases_abuse import ABUSE_GROUPS
from service.text.phrases_honest import CONTACT_GROUPS, HONEST_GROUPS
from service.text.phrases_promo import PROMO_GROUPS
from service.text.phrases_services import SERVICE_GROUPS
from service.text.phrases_spam import SPAM_GROUPS
from service.text.removed import Removed
from service.text.scanning import FIRST, FUNCTION, MOST_COUNTED, SECOND, WINDOW, Scan, Scanner, open_scanner, tables_of
from service.text.shapes import SHAPES, compile_patterns
from service.text.specs import COUNT, FLAG, SignalSpec
from service.text.text_signals import (
    LINK_SPECS,
    RAW_SPECS,
    REMOVED_SPECS,
    WORD_SPECS,
    Link,
    of_links,
    of_raw,
    of_removed,
    of_words,
)
from service.text.wordlists import word_set

GROUPS = SPAM_GROUPS + PROMO_GROUPS + SERVICE_GROUPS + CONTACT_GROUPS + HONEST_GROUPS + ABUSE_GROUPS
"""All groups of phrases, in the order of their signals."""

_SHAPES = SHAPES[1:]
_OWN = "own knowledge of the kinds of comment, see data/README.md"
_PLACES = f"places where one ends, up to {MOST_COUNTED}, in the densest {WINDOW} words"
_FAMILIES = ("spam", "contact", "honest", "abuse")
_SUM_SPECS = tuple(
    SignalSpec(
        f"{family}_kinds", f"Groups of {family} phrases met, up to 8.", COUNT, "Several kinds together weigh more than each alone."
    )
    for family in _FAMILIES
)
_PAIR_SPECS = (
    SignalSpec(
        "praise_with_address", "Praise that fits any post, with a link or an author's address.", FLAG, "The commonest blog spam."
    ),
    SignalSpec("short_with_address", "Fewer than 25 words, with an author's address.", FLAG, "Comments left for the address."),
    SignalSpec("offer_with_contact", "An offer with a handle, number or link.", FLAG, "An advertisement needs an answer."),
    SignalSpec(
        "testimonial_with_contact", "Praise of a trader, healer or hacker with a way to reach them.", FLAG, "Testimonial spam."
    ),
    SignalSpec("promotion_with_link", "Own channel or page with a link.", FLAG, "Self-promotion."),
    SignalSpec("link_without_talk", "A link and fewer than six words.", FLAG, "Drops."),
    SignalSpec("plain_talk", "Twelve words or more; no link, contact, trade or abuse phrase.", FLAG, "Conversation."),
    SignalSpec(
        "group_insulted", "A group of people named next to an insult, slur or dehumanising phrase.", FLAG, "Hatred needs both."
    ),
    SignalSpec("you_insulted", "Swearing or an insult in a text that says you.", FLAG, "An insult needs someone it is for."),
)

SIGNALS: tuple[SignalSpec, ...] = (
    *RAW_SPECS,
    *REMOVED_SPECS,
    *WORD_SPECS,
    *LINK_SPECS,
    *(SignalSpec(shape.name, shape.doc, FLAG, _OWN) for shape in _SHAPES),
    *(SignalSpec(group.name, group.doc, _PLACES, _OWN) for group in GROUPS),
    *_SUM_SPECS,
    *_PAIR_SPECS,
    *AUTHOR_SPECS,
    *TYPING_SPECS,
)
"""Every signal in the order of the vector."""

_FIRST = word_set(
    "i me my mine we our us im ive id ich mir mein je moi mon yo mi me eu meu io mio ik mijn ja ben benim я мне мой мы saya aku tôi"
)
_SECOND = word_set(
    "you your yours u ur youre yourself ya yall du dich dein tu toi ton vous usted tú te ti você voce vocês sei jij je jouw ty ci "
    "sen siz ты тебя твой вы kamu lu bạn mày"
)
_FUNCTION = word_set(
    "the a an and or but of to in on at for with from by is are was were be been it this that i you he she we they my your "
    "his her not "
    "no so if as do does did have has had will would can could what who how when there their its me him them our us just "
    "about than then "
    "der die das und oder aber nicht ist sind war ein eine zu mit von auf für ich du er sie wir es den dem im auch wie was "
    "noch nur "
    "le la les un une des et ou mais de du que qui pas ne est sont je tu il elle nous vous ce dans sur pour avec au plus en se "
    "el los las y o pero del no es son yo lo por para con su me te muy como más se ya al una "
    "os as um uma e mas do da em é são eu ele ela não com na no por pra se mais como "
    "il gli i di che non è sono io lui lei per con ma anche nel della si "
    "de het een en van niet is zijn ik je hij ze dat die op met voor maar ook "
    "и в не на что я он с как это а но по из у за от же ты мы они все так yang dan di ini itu tidak ada saya bir ve bu da "
    "ne için là và của có không"
)

_CLASSES = ((_FUNCTION, FUNCTION), (_FIRST, FIRST), (_SECOND, SECOND))
_SHAPE_SET = compile_patterns(tuple(shape.pattern for shape in SHAPES))
_SHAPE_BITS = [1 << number for number in range(len(SHAPES))]
_NUMBER_OF = {group.name: number for number, group in enumerate(GROUPS)}


def shapes_of(normalised: str) -> int:
    """Which of SHAPES a text meets, a bit each."""
    return sum([_SHAPE_BITS[number] for number in _SHAPE_SET.Match(normalised) or ()])


@cache
def scanner() -> Scanner:
    """Give the scanner of all groups, put together on first use: some tenths of a second where set-up did not ``prepare`` it."""
    return open_scanner(GROUPS, _classes(), ready=prepared.read())


def prepare() -> None:
    """Put together what the compiled scanner needs, for every start after. Raises OSError."""
    prepared.write(tables_of(GROUPS, _classes()))


def _classes() -> dict[str, int]:
    classes: dict[str, int] = {}
    for words, bit in _CLASSES:
        for word in words:
            classes[word] = classes.get(word, 0) | bit
    return classes


def _bits(*names: str) -> int:
    return sum(1 << _NUMBER_OF[name] for name in names)


def _family(*families: str) -> int:
    return sum(1 << number for number, group in enumerate(GROUPS) if group.family in families)


def _shape_bits(*names: str) -> int:
    return sum(1 << number for number, shape in enumerate(SHAPES) if shape.name in names)


FAMILY_BITS = tuple(_family(family) for family in _FAMILIES)
_PRAISE = _bits("praise_post", "blog_flattery", "ai_prose", "webmaster_chatter")
_OFFERS = (
    sum(1 << number for number, group in enumerate(GROUPS) if group in SPAM_GROUPS)
    | _bits(
        "seo", "cta", "support_number", "local_services", "followers_sale", "documents", "job_offer", "group_invite", "streaming"
    )
    | _bits("property_travel")
)
_TESTIMONIALS = _bits("trader_testimonial", "recovery_service", "hacker_for_hire", "herbal_cure", "spell_caster", "loans")
_PROMOTION = _bits("self_promo", "sub4sub", "begging", "product_plug", "petition_plug")
_HATE = _bits("insult_word", "insult_you", "slur", "dehumanise", "threat", "sexist")
_RUDE = _bits("insult_word", "insult_you", "profanity", "slur", "sexist", "self_harm_wish", "threat")
_TRADE = _family("spam", "contact", "abuse") & ~_PRAISE
_MESSENGER, _GROUP_NAMED = _bits("messenger"), _bits("group_named")
_REACH = _shape_bits("phone", "email_in_text", "chat_link")
_NO_TALK = _REACH | _shape_bits("money", "template_leftover", "gambling_name")
GROUP_SETS = (_PRAISE, _OFFERS, _TESTIMONIALS, _PROMOTION, _TRADE, _MESSENGER, _GROUP_NAMED, _HATE, _RUDE)
SHAPE_SETS = (_REACH, _NO_TALK)
"""In the order in which vector.c takes them."""


def signals(  # what a vector is made of, see ``vectors.Said``
    comment: Comment, normalised: str, removed: Removed, links: list[Link], shapes: int, author: bytes, address: bool
) -> bytes:
    """Give the values of SIGNALS but for those of typing as float64; ``vectors`` does the same sooner."""
    scan = scanner()(normalised)
    values = (
        *of_raw(comment.text, normalised, scan.words, removed),
        *of_removed(removed),
        *of_words(normalised, scan),
        *of_links(normalised, links, scan.words),
        *_of_shapes(shapes),
        *scan.counts,
        *[float(min((scan.met & family).bit_count(), 8)) for family in FAMILY_BITS],
        *_of_pairs(scan, shapes, address=address, linked=bool(links)),
    )
    return array("d", values).tobytes() + author


def _of_shapes(shapes: int) -> tuple[float, ...]:
    return tuple([1.0 if shapes & bit else 0.0 for bit in _SHAPE_BITS[1:]])


def _of_pairs(scan: Scan, shapes: int, *, address: bool, linked: bool) -> tuple[float, ...]:
    met, words = scan.met, scan.words
    reach = bool(linked or shapes & _REACH or met & _MESSENGER)
    return (
        float(met & _PRAISE != 0 and (linked or address)),
        float(words < 25 and address),
        float(reach and met & _OFFERS != 0),
        float(reach and met & _TESTIMONIALS != 0),
        float(linked and met & _PROMOTION != 0),
        float(linked and words < 12),
        float(words >= 12 and not reach and not met & _TRADE and not shapes & _NO_TALK),
        float(met & _GROUP_NAMED != 0 and met & _HATE != 0),
        float(scan.second and met & _RUDE != 0),
    )
