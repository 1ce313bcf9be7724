"""`eduraise events replay --since 2026-11-20 [--state dead]`: have kept events taken up again."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from eduraise.core import clock
from eduraise.events.actions import replay_events
from eduraise.events.apply import apply_due
from eduraise.events.models import ZoomEvent


class Command(BaseCommand):
    """Safe to run twice: what was applied before has no effect again."""

    help = "replay: apply Zoom's events of a span of time again that stand in certain states"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A span is asked for, so that nobody replays a month by accident."""
        parser.add_argument("what", choices=("replay",), help="replay: apply them again")
        parser.add_argument("--since", required=True, help="an instant or day in UTC: 2026-11-20T08:00")
        parser.add_argument("--until", help="the same; default: now")
        parser.add_argument(
            "--state",
            action="append",
            choices=ZoomEvent.State.values,
            help="may be given several times; without it: dead (failed) and quarantined (fits nothing here)",
        )

    def handle(
        self, *_args: Any, since: str, until: str | None, state: list[str] | None, **_options: Any
    ) -> None:
        """Put the events back, apply them, and print what came of it."""
        now = clock.now()
        count = replay_events(
            states=state or [ZoomEvent.State.DEAD, ZoomEvent.State.QUARANTINED],
            received_from=_instant(since),
            received_until=_instant(until) if until else now,
            now=now,
        )
        words = ngettext("%(n)d event is taken up again:", "%(n)d events are taken up again:", count)
        self.stdout.write(words % {"n": count} if count else "No event is of that span and state.")
        while outcome := apply_due(now):
            for name, number in sorted(outcome.items()):
                self.stdout.write(f"{number:8} {name}")


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no instant such as 2026-11-20 or 2026-11-20T08:00") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
