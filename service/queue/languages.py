"""Languages: English in the sources, others as gettext catalogues; which one is spoken is a matter of the visit.

``python -m service.queue.languages`` brings the catalogues up to date with the sources.
"""

from __future__ import annotations

import gettext as catalogues
import io
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale
    from babel.messages import Catalog

FOLDER = Path(__file__).with_name("locale")
ROOMS = (Path(__file__).parent, Path(__file__).parent.parent / "people")
LANGUAGES = {"en": "English", "de": "Deutsch"}
PSEUDO = "ar-XB"
"""Letters of a right-to-left script for the English ones: to test layouts with, not to read."""

RIGHT_TO_LEFT = frozenset({PSEUDO})
_KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "NotSo": None,
    "Stop": (2,),
}
_language: ContextVar[str] = ContextVar("language", default="en")


def speak(language: str) -> None:
    """Speak a language from here on, in this request."""
    _language.set(language)


def spoken() -> str:
    """Give the language being spoken."""
    return _language.get()


def known(language: str) -> bool:
    """Tell whether there is such a language here."""
    return language in LANGUAGES or language == PSEUDO


def wanted(accepted: str) -> str:
    """Choose by an Accept-Language header; English where nothing fits."""
    ranked = []
    for place, part in enumerate(accepted[:500].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next((language for _, _, language in sorted(ranked) if language in LANGUAGES), "en")


def N_(message: str) -> str:  # noqa: N802 # gettext's own name for it
    """Mark a string that is translated where it is shown."""
    return message


def gettext(message: str) -> str:
    """Translate."""
    return _catalogue(_language.get()).gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Translate the form that the count asks for."""
    return _catalogue(_language.get()).ngettext(one, many, count)


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    if language == PSEUDO:
        return _Pseudo()
    if language == "en":
        return catalogues.NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415 # English needs none of it

    compiled = io.BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return catalogues.GNUTranslations(compiled)


class _Pseudo(catalogues.NullTranslations):
    _LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابثدةفغهيجكلمنوبقرستعظخكيز")

    def gettext(self, message: str) -> str:
        """Swap the letters, and leave what is filled in."""
        parts = message.split("%(")
        done = [parts[0].lower().translate(self._LETTERS)]
        for part in parts[1:]:
            name, _, rest = part.partition(")s")
            done.append(f"%({name})s{rest.lower().translate(self._LETTERS)}")
        return "".join(done)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Swap the letters of the form that English takes."""
        return self.gettext(msgid1 if n == 1 else msgid2)


def locale() -> Locale:
    """Give what dates and numbers are written by."""
    return _locale(_language.get())


@cache
def _locale(language: str) -> Locale:
    from babel import Locale  # noqa: PLC0415 # not before a page shows a number

    return Locale.parse("ar" if language == PSEUDO else language)


def read(language: str) -> Catalog:
    """Read a catalogue."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 # as above

    path = FOLDER / f"{language}.po"
    if not path.exists():
        from babel.messages import Catalog  # noqa: PLC0415 # as above

        return Catalog(locale=language, project="Winnow")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extracted() -> Catalog:
    """Give every string that the sources say."""
    from babel.messages import Catalog  # noqa: PLC0415 # as above
    from babel.messages.extract import extract_from_dir  # noqa: PLC0415 # as above

    methods = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
    options = {"**.html": {"encoding": "utf-8", "trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
    catalogue = Catalog(project="Winnow")
    for room in ROOMS:
        found = extract_from_dir(str(room), methods, options, _KEYWORDS, comment_tags=("Translators:",))
        for name, _, message, comments, context in found:
            catalogue.add(message, None, [(f"{room.name}/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def update() -> None:
    """Bring every catalogue up to date; new strings are empty, those no longer said go."""
    from babel.messages.pofile import write_po  # noqa: PLC0415 # as above

    template = extracted()
    for language in LANGUAGES:
        if language == "en":
            continue
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.header_comment = "# Winnow, in a language of its moderators."
        catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)  # the history knows the dates
        catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Winnow"
        catalogue.fuzzy = False
        with (FOLDER / f"{language}.po").open("wb") as file:
            write_po(file, catalogue, width=130, include_lineno=False, sort_output=True, omit_header=False)


if __name__ == "__main__":
    update()
