"""A small storm in every run of the tests; ``python -m tests.outbox.storm`` makes larger ones."""

from __future__ import annotations

from tests.outbox.storm import main


def test_in_a_storm_everything_arrives_once_and_in_order(capsys):
    """2,000 messages, a fifth of the requests fails, one endpoint is down for a day, workers are killed: nothing is lost."""
    assert main("--events", "2000", "--rate", "700", "--kill", "8", "--step", "14400", "--workers", "2") == 0
    said = capsys.readouterr().out
    assert "became {'sent': 2000}; never arrived 0; out of order 0" in said
