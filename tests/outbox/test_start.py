"""A service that has nothing to send does not pay for sending."""

from __future__ import annotations

import subprocess
import sys

_LOADED = "import sys, service.app; print(*sorted({'httpx', 'httpcore', 'h11'} & set(sys.modules)))"


def test_the_http_client_is_loaded_with_the_first_message():
    """It takes longer to import than the whole outbox, and the service is ready without it."""
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
