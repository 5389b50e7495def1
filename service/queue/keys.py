"""What can be done from the keyboard, by which key unless someone chose another. The pages' script reads the same table."""

from __future__ import annotations

from collections.abc import Mapping

from service.queue.languages import N_

KEYS: dict[str, tuple[str, str]] = {
    "next": ("j", N_("Next comment")),
    "previous": ("k", N_("Previous comment")),
    "accept": ("a", N_("Accept")),
    "reject": ("r", N_("Reject as spam")),
    "hold": ("h", N_("Hold for a second opinion")),
    "undo": ("u", N_("Undo")),
    "select": ("x", N_("Select")),
    "extend-next": ("Shift+J", N_("Extend the selection down")),
    "extend-previous": ("Shift+K", N_("Extend the selection up")),
    "accept-all": ("Shift+A", N_("Accept the selection or the cluster")),
    "reject-all": ("Shift+R", N_("Reject the selection or the cluster")),
    "claim": ("c", N_("Claim or release")),
    "expand": ("e", N_("Show more of the context")),
    "author": ("p", N_("Show the author")),
    "similar": ("s", N_("Show similar comments")),
    "why": ("w", N_("Show why")),
    "note": ("n", N_("Write a note")),
    "article": ("o", N_("Open the article in a new tab")),
    "zen": ("z", N_("One comment at a time")),
    "repeat": (".", N_("Repeat the last decision")),
    "page-back": ("[", N_("Page back")),
    "page-on": ("]", N_("Page on")),
    "search": ("/", N_("Search")),
    "go-queue": ("g q", N_("Go to the queue")),
    "go-search": ("g s", N_("Go to search")),
    "go-rules": ("g r", N_("Go to the rules")),
    "go-model": ("g m", N_("Go to the model")),
    "go-stats": ("g t", N_("Go to the statistics")),
    "help": ("?", N_("Show the keys")),
}
"""Action → key and label. The digits 1 to 9 are the site's reasons to reject, and Ctrl+Z is undo, whatever is chosen here."""

_FIXED = frozenset("123456789")


def keymap(chosen: Mapping[str, str]) -> dict[str, str]:
    """Give action → key with what a person chose."""
    return {action: chosen.get(action, key) for action, (key, _) in KEYS.items()}


def chosen(wanted: Mapping[str, str]) -> dict[str, str] | None:
    """Give what differs from the usual keys; None if a key is none, is taken twice or begins another one's sequence.

    An empty key switches its action off.
    """
    full = keymap(wanted)
    used = [key for key in full.values() if key]
    if len(set(used)) < len(used) or not all(map(_is_key, used)):
        return None
    starts = {key.split(" ")[0] for key in used if " " in key}
    if starts & set(used):
        return None
    return {action: key for action, key in full.items() if key != KEYS[action][0]}


def _is_key(key: str) -> bool:
    parts = key.split(" ")
    singles = [part.removeprefix("Shift+") for part in parts]
    return len(parts) <= 2 and all(len(each) == 1 and each.isprintable() and each not in _FIXED for each in singles)
