"""Looks for what should never be, and says it plainly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import F, OuterRef, Subquery

from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.core import clock, encrypted
from eduraise.core.models import Setting
from eduraise.ops import health, rotating
from eduraise.zoom import api, checks
from eduraise.zoom.models import HostClaim, ZoomMeeting, ZoomOccurrence, ZoomUser


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and what to do."""

    what: str
    remedy: str


def examine() -> list[Finding]:
    """What is wrong with this installation itself; none means that all looked at is well."""
    return [finding for check in CHECKS for finding in check()]


def examine_zoom(*, with_meeting: bool) -> list[checks.Check]:
    """All lines of *Test everything* on the set-up page; none while Zoom isn't set up at all."""
    if not (api.is_configured() or api.account_is_configured()):
        return []
    return checks.run(clock.now(), with_meeting=with_meeting)


def _database_is_durable() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        journal = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]
        cursor.execute("PRAGMA quick_check(1)")
        sound = cursor.fetchone()[0]
    if (journal, synchronous) != ("wal", 2):
        yield Finding(
            f"SQLite runs with {journal} and synchronous {synchronous}.", "It must be wal and 2 (FULL)."
        )
    if sound != "ok":
        yield Finding(f"The database file is damaged: {sound}.", "Restore the newest backup.")


def _tables_are_current() -> Iterator[Finding]:
    if not all(part.ok for part in health.parts() if part.name == "tables"):
        yield Finding("Some migrations have not run.", "Run: eduraise migrate")


def _worker_is_alive() -> Iterator[Finding]:
    if not health.worker_is_alive():
        yield Finding("No worker has been seen for two minutes.", "Start one: eduraise worker")


def _claims_have_classes() -> Iterator[Finding]:
    uids = ClassSession.objects.values("uid")
    for model in (HostClaim, ZoomOccurrence, TeacherClaim):
        orphans = model.objects.exclude(held_for__in=uids).count()
        if orphans:
            yield Finding(
                f"{orphans} {model._meta.verbose_name_plural} are held for no class.",
                "Report this: it should not be.",
            )


def _classes_and_meetings_agree() -> Iterator[Finding]:
    other_program = ClassSession.objects.exclude(occurrence__isnull=True).exclude(
        occurrence__meeting__program=F("program")
    )
    other_uid = ClassSession.objects.exclude(occurrence__isnull=True).exclude(occurrence__held_for=F("uid"))
    for rows, words in ((other_program, "another program"), (other_uid, "another class")):
        for code in rows.values_list("code", flat=True)[:20]:
            yield Finding(f"Class {code} points to a meeting of {words}.", "Report this: it should not be.")


def _no_overlaps() -> Iterator[Finding]:
    for model, who in ((TeacherClaim, ("teacher",)), (HostClaim, ("host", "lane"))):
        same = {field: OuterRef(field) for field in who}
        twin = model._default_manager.filter(
            **same, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
        ).exclude(held_for=OuterRef("held_for"))
        clashing = model._default_manager.annotate(twin=Subquery(twin.values("pk")[:1])).filter(
            twin__isnull=False
        )
        if number := clashing.count():
            yield Finding(f"{number} claims of one {who[0]} overlap.", "Report this: it should not be.")


def _secrets_can_be_read() -> Iterator[Finding]:
    for model, field in ((Setting, "value"), (ZoomUser, "refresh_token"), (ZoomMeeting, "join_url")):
        for row in model._default_manager.exclude(**{f"{field}__isnull": True}).iterator():
            try:
                getattr(row, field)
            except encrypted.Unreadable as problem:
                yield Finding(
                    f"Unreadable: {problem}.",
                    "Put the former key back into ENCRYPTION_KEYS, behind the newest.",
                )
                break


def _former_keys_are_not_needed() -> Iterator[Finding]:
    if len(settings.ENCRYPTION_KEYS) > 1 and (number := rotating.waiting()):
        yield Finding(f"Secrets under a former key: {number}.", "Run: eduraise rotate_keys")


def _debug_is_off() -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding("DEBUG is on.", "Only for developers: unset it.")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _tables_are_current,
    _database_is_durable,
    _worker_is_alive,
    _claims_have_classes,
    _classes_and_meetings_agree,
    _no_overlaps,
    _secrets_can_be_read,
    _former_keys_are_not_needed,
    _debug_is_off,
)
