"""Figures for Prometheus: read from the rows when they are asked for, and what this process counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count, Min
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from eduraise.core import clock
from eduraise.core.models import Breaker
from eduraise.events.counting import answers
from eduraise.events.models import ZoomEvent
from eduraise.notifications.models import Delivery
from eduraise.ops import health, regular
from eduraise.zoom.models import ZoomOperation, ZoomUser


class Rows(Collector):
    """Counts of queue rows and hosts by state, the breaker, and the age of what must be young."""

    def collect(self) -> Iterator[Metric]:
        """All families; one query each."""
        yield by_state("eduraise_zoom_operations", "Operations at Zoom by state", ZoomOperation)
        yield by_state("eduraise_zoom_events", "Events from Zoom by state", ZoomEvent)
        yield single(
            "eduraise_zoom_events_oldest_seconds",
            "Age of the oldest event from Zoom that is not applied yet",
            oldest_event_seconds(),
        )
        yield by_state("eduraise_deliveries", "Deliveries of messages by state", Delivery)
        yield by_state("eduraise_zoom_hosts", "Zoom hosts by state", ZoomUser)
        yield single(
            "eduraise_zoom_breaker_open",
            "1 while calls to Zoom are held back",
            Breaker.objects.filter(opened_at__isnull=False).count(),
        )
        seen_at = health.worker_seen_at()
        age = (clock.lease_now() - seen_at).total_seconds() if seen_at else float("inf")
        yield single("eduraise_worker_silence_seconds", "Since a worker last said that it is alive", age)
        failing = GaugeMetricFamily(
            "eduraise_regular_work_failing", "1 if the newest run of regular work failed", labels=["work"]
        )
        for last in regular.last_runs():
            failing.add_metric([last.work.name], float(last.failed))
        yield failing


def oldest_event_seconds() -> float:
    """How long the oldest event waits; 0 if none does."""
    waiting = ZoomEvent.objects.filter(state__in=[ZoomEvent.State.RECEIVED, ZoomEvent.State.WAITING])
    received_at = waiting.aggregate(at=Min("received_at"))["at"]
    return (clock.now() - received_at).total_seconds() if received_at else 0.0


def by_state(name: str, text: str, model: type) -> GaugeMetricFamily:
    """How many rows of a model stand in each state."""
    family = GaugeMetricFamily(name, text, labels=["state"])
    counted: Iterable[tuple[str, int]] = model.objects.values_list("state").annotate(number=Count("id"))  # type: ignore[attr-defined]
    for state, number in counted:
        family.add_metric([state], number)
    return family


def single(name: str, text: str, value: float) -> GaugeMetricFamily:
    """A figure without labels."""
    return GaugeMetricFamily(name, text, value=value)


def exposition() -> bytes:
    """Everything in Prometheus' text form."""
    return generate_latest(figures())


def figures() -> CollectorRegistry:
    """All that is shown: what the rows say, and what this process counted."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Rows())
    registry.register(answers)
    return registry
