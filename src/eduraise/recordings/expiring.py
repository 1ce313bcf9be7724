"""The going of recordings: teachers are warned, what the rule wants is copied, and then it is deleted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from eduraise.access.rules import teachers_of
from eduraise.accounts.models import User
from eduraise.notifications.actions import tell_all
from eduraise.programs.enums import Permission
from eduraise.recordings import copying
from eduraise.recordings.actions import lock
from eduraise.recordings.enums import GoneBy, Keeps, State, Wish
from eduraise.recordings.messages import GOES
from eduraise.recordings.models import Recording
from eduraise.recordings.retention import WARNING, is_to_be_copied, is_to_be_warned_of, may_be_deleted
from eduraise.recordings.standing import follow, kept_of, rules_of, today_of

TURN = 100


def warn_due(now: datetime) -> int:
    """Warn teachers of recordings that go within a week; of how many."""
    soon = _warned_until(now)
    going = Q(expires_on__lte=soon) | Q(zoom_expires_on__lte=soon)
    rows = Recording.objects.filter(going, state=State.READY, warned_on__isnull=True)
    ids = rows.order_by("expires_on", "pk").values_list("pk", flat=True)[:TURN]
    return sum(_warn(pk, now) for pk in list(ids))


@transaction.atomic
def _warn(pk: int, now: datetime) -> int:
    recording = lock(Recording(pk=pk))
    rules, today = rules_of(recording.program), today_of(recording.program, now)
    by_rule = is_to_be_warned_of(kept_of(recording), rules, today)
    by_zoom = recording.zoom_expires_on is not None and today >= recording.zoom_expires_on - WARNING
    if recording.warned_on is not None or recording.state != State.READY or not (by_rule or by_zoom):
        return 0
    recording.warned_on = today
    follow(recording, rules, now)
    recording.save()
    tell_all(
        people=managers_of(recording, now),
        kind=GOES,
        fact_key=f"{recording.uid}:goes:{recording.goes_on}",
        thing_uid=recording.uid,
        program_uid=recording.program.uid,
        now=now,
    )
    return 1


def want_copies_due(now: datetime) -> int:
    """Have copied what its program's rule wants here before it goes, warned of under whichever rule; of how
    many."""
    lacking = copying.unwanted().filter(recording=OuterRef("pk"))
    rows = Recording.objects.filter(
        Exists(lacking),
        expires_on__lte=_warned_until(now),
        state=State.READY,
        program__recording_rules__keeps=Keeps.COPY,
    )
    ids = rows.order_by("expires_on", "pk").values_list("pk", flat=True)[:TURN]
    return sum(_want_copy(pk, now) for pk in list(ids))


@transaction.atomic
def _want_copy(pk: int, now: datetime) -> int:
    recording = lock(Recording(pk=pk))
    rules, today = rules_of(recording.program), today_of(recording.program, now)
    if not is_to_be_copied(kept_of(recording), rules, today):
        return 0
    return min(1, copying.want_copy(copying.to_be_copied(recording), now))


def _warned_until(now: datetime) -> date:
    """By then what is warned of by now goes, wherever its program is."""
    return (now + WARNING + timedelta(days=1)).date()


def delete_due(now: datetime) -> int:
    """Wish for the deletion at Zoom of what its program's rule deletes by now; of how many. Where Zoom
    refused lately, it is asked again when it was read again."""
    refused = Q(next_at__gt=now) & ~Q(last_error_code="")
    rows = Recording.objects.filter(
        state=State.READY,
        wish=Wish.NONE,
        warned_on__isnull=False,
        expires_on__lte=(now + timedelta(days=1)).date(),
    ).exclude(refused)
    ids = rows.order_by("expires_on", "pk").values_list("pk", flat=True)[:TURN]
    return sum(_delete(pk, now) for pk in list(ids))


@transaction.atomic
def _delete(pk: int, now: datetime) -> int:
    recording = lock(Recording(pk=pk))
    rules, today = rules_of(recording.program), today_of(recording.program, now)
    is_over = recording.state == State.READY and not recording.wish
    if not is_over or not may_be_deleted(kept_of(recording), rules, today):
        return 0
    recording.wish, recording.gone_by = Wish.TRASH, GoneBy.RULE
    recording.next_at, recording.attempts = now, 0
    recording.save()
    return 1


def managers_of(recording: Recording, now: datetime) -> list[User]:
    """Who hears that it goes: the class's teacher, and who manages the program's recordings."""
    people = {one.pk: one for one in teachers_of(recording.program, now, Permission.RECORDINGS)}
    teacher = recording.session.teacher
    if teacher.is_active and teacher.pk in {one.pk for one in teachers_of(recording.program, now)}:
        people[teacher.pk] = teacher
    return list(people.values())
