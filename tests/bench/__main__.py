"""``python -m tests.bench``: every speed against its reference."""

from __future__ import annotations

import sys

from tests.bench import scoring, start, throughput

if __name__ == "__main__":
    sys.exit(throughput.main() | scoring.main() | start.main())
