"""What is counted, in plain cells that cost the hot path well under a microsecond, and how Prometheus reads them."""

from __future__ import annotations

import logging
import re
import time
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from service.api.akismet.comment import origin
from service.domain import Decision, Site
from service.moderation import Moderation
from service.store.outbox import Depth

_log = logging.getLogger(__name__)
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Upper bounds of the latency histogram, in seconds."""

_MOST_BLOGS = 1_000
_HOST = re.compile("[a-z0-9.:-]{1,253}")


class Meters(Collector):
    """Counts of this process. One thread, the event loop's, writes them."""

    def __init__(self, moderation: Moderation) -> None:
        self._moderation = moderation
        self.outbox: Depth | None = None
        self._decided: dict[tuple[str, Any, Any], int] = {}
        self._failed: dict[str, int] = {}
        self._labelled: dict[tuple[str, str], int] = {}
        self._latencies = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self._blogs: set[tuple[int, str]] = set()
        self._other_blogs = 0

    def decided(self, door: str, decision: Decision, seconds: float) -> None:
        """Count a decision and how long its request took."""
        cell = door, decision.verdict, decision.source
        self._decided[cell] = self._decided.get(cell, 0) + 1
        self._latencies[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def latencies(self) -> tuple[tuple[float, ...], list[int]]:
        """Give how many requests took up to each bound (seconds), but longer than the one before; the last count is of the rest."""
        return BOUNDS, list(self._latencies)

    def failed(self, why: str) -> None:
        """Count a comment that could not be stored, by reason."""
        self._failed[why] = self._failed.get(why, 0) + 1

    def labelled(self, door: str, label: str) -> None:
        """Count a human's word."""
        self._labelled[door, label] = self._labelled.get((door, label), 0) + 1

    def note_blog(self, site: Site, blog: str) -> None:
        """Count a comment that names another blog than the registered one, as a site of several domains does; log each once."""
        if blog == site.url or origin(blog) == origin(site.url):
            return
        self._other_blogs += 1
        host = origin(blog)[0]
        if (site.id, host) not in self._blogs and len(self._blogs) < _MOST_BLOGS and _HOST.fullmatch(host):
            self._blogs.add((site.id, host))
            _log.info("site %d also sends comments for the host %s", site.id, host)

    def collect(self) -> Iterator[Any]:
        """Give the metric families."""
        yield from self._counts()
        yield self._histogram()
        yield from self._states()
        yield from self._outbox()

    def _counts(self) -> Iterator[CounterMetricFamily]:
        decided = CounterMetricFamily(
            "winnow_decisions", "Decisions by door, verdict and source.", labels=["door", "verdict", "source"]
        )
        for (door, verdict, source), count in list(self._decided.items()):
            decided.add_metric([door, verdict.value, source.value], count)
        failed = CounterMetricFamily("winnow_not_stored", "Comments that could not be stored, by reason.", labels=["reason"])
        for reason, count in list(self._failed.items()):
            failed.add_metric([reason], count)
        labelled = CounterMetricFamily("winnow_labels", "Labels taken, by door.", labels=["door", "label"])
        for (door, label), count in list(self._labelled.items()):
            labelled.add_metric([door, label], count)
        other = CounterMetricFamily("winnow_other_blog", "Comments naming another blog than their site's.", self._other_blogs)
        errors = CounterMetricFamily(
            "winnow_scoring_failures", "Comments held because they could not be scored.", self._moderation.failures
        )
        yield from (decided, failed, labelled, other, errors)

    def _histogram(self) -> HistogramMetricFamily:
        buckets, total = [], 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._latencies, strict=True):
            total += count
            buckets.append((bound, float(total)))
        return HistogramMetricFamily("winnow_decision_seconds", "From request to answer.", buckets, self._seconds)

    def _outbox(self) -> Iterator[GaugeMetricFamily]:
        if (depth := self.outbox) is None:
            return
        states = GaugeMetricFamily("winnow_outbox", "Messages to endpoints that wait, or died, by state.", labels=["state"])
        states.add_metric(["waiting"], depth.waiting)
        states.add_metric(["dead"], depth.dead)
        yield states
        yield GaugeMetricFamily("winnow_endpoints_disabled", "Endpoints that were switched off.", depth.disabled)
        late = max(0.0, time.time() - depth.oldest_due) if depth.oldest_due is not None else 0.0
        yield GaugeMetricFamily("winnow_outbox_oldest_seconds", "For how long the oldest waiting message has been due.", late)

    def _states(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        writer, model = self._moderation.writer, self._moderation.model
        yield GaugeMetricFamily("winnow_writer_waiting", "Writes that wait for their transaction.", writer.waiting)
        yield GaugeMetricFamily("winnow_writer_healthy", "1 while the database can be written to.", float(writer.healthy))
        yield CounterMetricFamily("winnow_writer_batches", "Transactions committed.", writer.batches)
        version = GaugeMetricFamily("winnow_model", "1 for the model in use.", labels=["version"])
        version.add_metric([model.version if model else "none"], 1.0)
        yield version

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)
