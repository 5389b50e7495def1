from collections.abc import Iterable

Place = tuple[int, int]

class Suspects:
    def __new__(cls, vocabulary: Iterable[str], ordinary: Iterable[str], foreign: Iterable[str], /) -> Suspects: ...
    def __call__(self, text: str, /) -> tuple[bool, int, int, int, list[Place], list[Place]] | None: ...
