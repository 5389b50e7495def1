"""How numbers, shares and times are written: as the language that is spoken does, and everywhere the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from service.queue import languages

_HOUR = 3600


def number(value: float) -> str:
    """Write a number as the language does."""
    return _number(value, languages.spoken())


@lru_cache(maxsize=4096)
def _number(value: float, _language: str) -> str:
    from babel.numbers import format_decimal  # noqa: PLC0415 # not before a page shows one

    return str(format_decimal(value, locale=languages.locale()))


def decimal(value: float, places: int, *, signed: bool = False) -> str:
    """Write a number with so many places after the point, with ``signed`` also with its plus."""
    return _decimal(round(value, places), places, signed, languages.spoken())


@lru_cache(maxsize=4096)
def _decimal(value: float, places: int, signed: bool, _language: str) -> str:  # for the cache
    from babel.numbers import format_decimal  # noqa: PLC0415 # as above

    digits = "0." + "0" * places
    return str(format_decimal(value, f"+{digits};-{digits}" if signed else digits, locale=languages.locale()))


def level(risk: float) -> str:
    """Name how high a risk in [0, 1] is, as the style sheets do."""
    return "high" if risk >= 0.8 else "middle" if risk >= 0.4 else "low"


def share(value: float, digits: int = 0) -> str:
    """Write a share in [0, 1] in percent."""
    return _share(round(value, digits + 5), digits, languages.spoken())


@lru_cache(maxsize=4096)
def _share(value: float, digits: int, _language: str) -> str:
    from babel.numbers import format_percent  # noqa: PLC0415 # as above

    locale = languages.locale()
    pattern = locale.percent_formats[None].pattern  # with a space before the sign, or without
    return str(format_percent(value, pattern.replace("0", f"0.{'0' * digits}", 1) if digits else pattern, locale=locale))


def lasting(seconds: float) -> str:
    """Write how long something took."""
    from babel.dates import format_timedelta  # noqa: PLC0415 # as above

    return str(format_timedelta(timedelta(seconds=seconds), threshold=0.95, locale=languages.locale()))


def moment(at: float) -> str:
    """Write a time (epoch seconds) in full, UTC."""
    from babel.dates import format_datetime  # noqa: PLC0415 # as above

    return format_datetime(datetime.fromtimestamp(at, UTC), "medium", tzinfo=UTC, locale=languages.locale()) + " UTC"


def dated(written: str) -> str:
    """Write a time in full that is known as text in ISO 8601; what is none stays as it is."""
    try:
        return moment(datetime.fromisoformat(written).timestamp())
    except ValueError:
        return written


def when(at: float, now: float) -> str:
    """Write how long ago a time is (both epoch seconds), or how soon."""
    seconds = at - now if abs(at - now) >= 1 else -1.0  # what is just done is past
    return _when(int(seconds) if abs(seconds) < _HOUR else int(seconds / 60) * 60, languages.spoken())


@lru_cache(maxsize=8192)
def _when(seconds: int, _language: str) -> str:
    from babel.dates import format_timedelta  # noqa: PLC0415 # as above

    return str(format_timedelta(timedelta(seconds=seconds), add_direction=True, threshold=0.95, locale=languages.locale()))
