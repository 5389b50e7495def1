"""What is recognised by its shape rather than by its words: numbers, handles, addresses, leftovers of templates.

All shapes are matched in one pass of an RE2 set over the normalised text. They are kept apart from the phrases, and few, because a
character automaton grows with every pair of patterns that can be half-way through at once.
"""

from __future__ import annotations

from typing import NamedTuple

import re2


class Shape(NamedTuple):
    """A name, what it says, and its RE2 pattern."""

    name: str
    doc: str
    pattern: str


_UNIT = (
    r"(?:minutes?|hours?|days?|weeks?|months?|years?|hr|wk|mo|tag|woche|monat|stunde|jour|semaine|mois|d[ií]a|semana|mes|m[eê]s|"
    r"giorno|mese|dag|maand|hari|bulan)"
)

SHAPES: tuple[Shape, ...] = (
    Shape("has_dot_name", "Something like a host name or address.", r"[a-z0-9-]\.[a-z]{2}|://"),
    Shape(
        "phone",
        "A telephone number.",
        r"\+ ?\(?\d{1,3}\)?[ .()-]{0,2}\d{2,5}[ .()-]{0,2}\d{2,5}|\(\d{3}\) ?\d{3}[ -]\d{4}|\b[2-9]\d\d[ .-]\d{3}[ "
        r".-]\d{4}\b|\b0\d{9,10}\b|"
        r"\b[6-9]\d{9}\b|\b[6-9]\d{4}[ -]\d{5}\b|\b0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,4}\b|\b1?[ .-]?8(?:00|88|77|66|55|"
        r"44)[ .-]\w{3}[ .-]?\w{4}\b|"
        r"\b0[1-9](?:[ .]\d\d){4}\b",
    ),
    Shape(
        "email_in_text",
        "An e-mail address in the text, plain or spelt out.",
        r"[a-z0-9._%+-]@[a-z0-9-]+\.[a-z]{2}|\b(?:at|@) ?(?:gmail|yahoo|hotmail|outlook|proton|protonmail)\b|gmail ?\. ?com",
    ),
    Shape(
        "money",
        "An amount of money.",
        r"[$€£₹₽¥₦₺] ?\d|\d ?[$€£₹₽₺]|\d ?k? ?(?:usd|dollars?|euros?|eur|bucks|gbp|quid|rs|inr|rupees|naira|aed|pesos|reais|"
        r"z[lł]|ribu|juta|tl|руб|тыс|грн|triệu|đồng)|"
        r"\b(?:usd|eur|gbp|rs\.?|inr|rp\.?|r\$) ?\d",
    ),
    Shape(
        "pay_rate",
        "So much money an hour, day, week or month.",
        rf"\d[\d,.]*k? ?[$€£]? ?(?:usd |dollars? |euros? |eur |bucks |us |рублей |руб\.? )?(?:/|per|a|an|each|every|in a|"
        rf"in one|weekly|daily|monthly|pro|par|por|в|за) ?(?:{_UNIT}|день|месяц|неделю|сутки)|"
        r"\d[\d,.]*k? ?[$€£]? ?(?:weekly|daily|monthly|hourly)\b",
    ),
    Shape("percent", "A percentage.", r"\d ?%|\bpercent"),
    Shape("big_number", "A number of five or more digits.", r"\d(?:[,. ]?\d{3}){2}|\d{5}"),
    Shape(
        "short_code",
        "A word to be sent to a short number, or a premium number.",
        r"\bto \d{4,6}\b|\b0[89]\d{2}\d?[ -]?\d{3}|\d+ ?p(?:pm|/min| per min|/msg)\b",
    ),
    Shape("timestamp", "A moment of a video or of the day.", r"(?:^|[^\d:])\d{1,2}:\d\d(?:[^\d]|$)"),
    Shape("reply_at", "Speaks to another commenter by name.", r"(?:^|\s)@[\w-]{2}"),
    Shape("hashtag", "Hash tags.", r"(?:^|\s)#[a-z]\w"),
    Shape("quoted", "Quotes something.", r'(?:^| )"\w|(?:^|\s)>'),
    Shape(
        "chat_link", "A link into a chat.", r"\bt\.me/|\bwa\.me/|discord\.gg/|chat\.whatsapp|telegram\.me|joinchat|api\.whatsapp"
    ),
    Shape(
        "template_leftover",
        "Places that a mailer forgot to fill in.",
        r"\{\w[^{}|]*\|[^{}]*\}|%[a-z_]+%|#[a-z_]+links|\{[a-z_]+\}|\[(?:keyword|name|link|url|city|anchor|title|blog|site)s?\]|<%|\[/?url|\[link=|&lt;a",
    ),
    Shape(
        "code",
        "Program text.",
        r"\(\)|\};|</|=>|::|==|&&|\|\||\w\.\w+\(|/\w+/\w+/\w|\s--\w|[a-z]:\\|\w\.(?:py|js|exe|dll|php|css|html|cpp|java|json|ini|conf)\b",
    ),
    Shape(
        "gambling_name",
        "A gambling site by the look of its name.",
        r"[a-z]{2}(?:88|77|777|138|303|99|4d|toto|slot|bet88|hoki|jitu)\b",
    ),
    Shape(
        "masked_swearing",
        "A swear word with a letter masked.",
        r"\bf[*@#_.-]{1,3}c?k|\bsh[*!@#]t|\bb[*!@#]{1,2}t?ch|\ba[*@#]{2}|\bc[*@#]nt|\bf\*+",
    ),
    Shape("ellipsis_snippet", "The cut marks of machine-made snippets.", r"\[ ?\.\.\. ?\]|\.\.\.\]"),
)
"""``has_dot_name`` saves the search for links in texts without any; it is no signal of its own.

What a text that meets one holds is told again in plain.py."""

_MEMORY = 8 << 20


def compile_patterns(patterns: tuple[str, ...]) -> re2.Set:
    """One automaton that tells in a single pass which patterns a text meets."""
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    compiled = re2.Set.SearchSet(options)
    for pattern in patterns:
        compiled.Add(pattern)
    compiled.Compile()
    return compiled
