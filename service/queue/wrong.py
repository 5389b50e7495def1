"""What is wrong with something that a person typed, where the sentence is put together from parts."""

from __future__ import annotations

from service.people.refusal import NotSo


class Wrong(NotSo):
    """A refusal that was translated when it was put together; templates show it as it is."""

    def __init__(self, said: str, place: str) -> None:
        super().__init__(said.replace("%", "%%"), place)  # templates fill in what a sentence leaves open
