"""Memory goes back to the system: a run over a million comments must not keep what it once needed."""

from __future__ import annotations

import ctypes
import sys

import pyarrow

LARGE = 1 << 22
"""Arrays of so many bytes come from the system by themselves, and go back when they are freed."""
_M_MMAP_THRESHOLD = -3


def give_back() -> None:
    """Let the C library return large arrays at once, and Arrow use the C library.

    The GNU library raises its own threshold to 32 MB with the first arrays that are freed, and then keeps holes between small
    objects: with a million comments 160 MB of them. Arrow's own pool keeps some 35 MB more.
    """
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE)
