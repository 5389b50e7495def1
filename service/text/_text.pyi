from collections.abc import Callable, Iterable

from service.text.suspects import Found

Groups = tuple[int, int]
Row = tuple[float, ...]

class Phrases:
    def __new__(
        cls, words: bytes, stems: bytes, moves: bytes, starts: bytes, groups: bytes, any_word: int, group_count: int, /
    ) -> Phrases: ...
    def __call__(self, text: str, /) -> tuple[int, int, int, int, Row, int, int]: ...

class Suspects:
    def __new__(cls, vocabulary: Iterable[str], ordinary: Iterable[str], foreign: Iterable[str], /) -> Suspects: ...
    def __call__(self, text: str, /) -> Found | None: ...

class Plain:
    def __new__(
        cls, suspects: Suspects, pairs: bytes, words: tuple[tuple[str, int], ...], separators: str, most: int, /
    ) -> Plain: ...
    def lower(self, text: str, /) -> str | None: ...
    def is_shapeless(self, text: str, /) -> bool: ...

class Vector:
    def __new__(
        cls, phrases: Phrases, shapes: int, families: tuple[Groups, ...], groups: tuple[Groups, ...], reach: int, no_talk: int, /
    ) -> Vector: ...
    def make(
        self,
        raw: str,
        normalised: str,
        shapes: int,
        address: bool,
        author: bytes,
        removed: Row | None,
        links: Row | None,
        /,
    ) -> bytes: ...

class Authors:
    def __new__(
        cls,
        plain: Plain,
        trade: frozenset[str],
        roles: frozenset[str],
        sites: dict[str, tuple[str, str, str, Row]],
        providers: dict[str, tuple[str, str, bool, bool]],
        /,
    ) -> Authors: ...
    def read(self, name: str, address: str, email: str, /) -> tuple[str, bytes, str, str] | None: ...

class Talk:
    def __new__(
        cls,
        plain: Plain,
        authors: Authors,
        vector: Vector,
        author_of: Callable[[str, str, str], tuple[str, bytes, str, str]],
        shapes_of: Callable[[str], int],
        /,
    ) -> Talk: ...
    def read(self, text: str, name: str, address: str, email: str, /) -> tuple[str, str, bytes, tuple[str, ...]] | None: ...

def characters(text: str, /) -> tuple[int, int, int, int, int, int, int, int, int, int, int, int]: ...
def has_wide_run(text: str, /) -> bool: ...
