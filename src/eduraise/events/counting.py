"""What is counted of the webhook address in this process; shown among the figures for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter

# In no registry of its own accord: whoever shows it registers it.
answers = Counter(
    "eduraise_webhook_answers",
    "Requests to the webhook address, by answer.",
    ["status", "why"],
    registry=None,
)
