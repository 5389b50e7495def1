"""A form as it was sent, read with care: nothing in it is what the page offered, until it was looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import parse_qsl

from service.queue.stop import Stop

MOST_FIELDS = 5000
"""A selection of comments is a field each."""

T = TypeVar("T", bound=str)


class Form:
    """Fields by name; a field that is missing is empty."""

    def __init__(self, body: bytes) -> None:
        self._fields: dict[str, list[str]] = {}
        try:
            pairs = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            raise Stop(422, "The form has too many fields.") from None
        for name, value in pairs:
            self._fields.setdefault(name, []).append(value.replace("\0", ""))

    def text(self, name: str, most: int = 500) -> str:
        """Give a field without the space around it, cut to ``most`` characters."""
        return self.raw(name).strip()[:most]

    def raw(self, name: str) -> str:
        """Give a field as it came: a password may begin with a space."""
        return self._fields.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """Give every value of a field that may come more than once."""
        return list(self._fields.get(name, ()))

    def choice(self, name: str, offered: Iterable[T], otherwise: T) -> T:
        """Give the offered value that was chosen."""
        chosen = self.raw(name)
        return next((each for each in offered if each == chosen), otherwise)

    def number(self, name: str) -> int | None:
        """Give a whole number of up to nine digits; None for anything else."""
        value = self.text(name, 10)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None

    def checked(self, name: str) -> bool:
        """Tell whether a box was ticked."""
        return bool(self.raw(name))
