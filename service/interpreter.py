"""How threads share the interpreter, and what its search for garbage passes over."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def brisk(seconds: float) -> Iterator[None]:
    """Let whoever waits for the interpreter have it after so many seconds, not after the usual five milliseconds."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


@contextmanager
def lasting() -> Iterator[None]:
    """Look for no garbage meanwhile, nor ever in what is there at the end: what is imported stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
