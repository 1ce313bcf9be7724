"""Several changes as one: the row that holds them together, told once to each person when its time comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.classes import several_messages, told_sets
from eduraise.classes.changing import UNDO_FOR
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.models import Change, ChangeSet, ClassSession
from eduraise.classes.queries import students_told
from eduraise.classes.remembering import Was, read, stored
from eduraise.classes.texts import clean_message
from eduraise.notifications.actions import tell_all
from eduraise.programs.models import Program


def put_together(
    sessions: Sequence[ClassSession],
    kind: ChangeSetKind,
    *,
    by: User,
    now: datetime,
    message: str = "",
    undo_for: timedelta = UNDO_FOR,
    undo: dict[str, Any] | None = None,
    was: Iterable[Was] = (),
    takes_back: ChangeSet | None = None,
) -> ChangeSet:
    """Make the last changes of some classes one, in the transaction that wrote them.

    People don't hear of each class by itself, but of all when the time to undo has passed. Of classes of
    which they were never told they hear as of any other. undo: what else than the classes has to be put back.
    was: what they were, if that can be put back later. takes_back: the set that this one takes back.
    """
    last_chance = min((session.tell_at for session in sessions), default=now)
    change_set = ChangeSet.objects.create(
        kind=kind,
        by=by,
        at=now,
        message=clean_message(message),
        tell_at=min(now + undo_for, last_chance),
        undo=undo or {},
        was=stored(was, sessions),
        takes_back=takes_back,
    )
    keys = [session.pk for session in sessions]
    Change.objects.filter(session__in=keys, version=F("session__version")).update(change_set=change_set)
    ClassSession.objects.filter(pk__in=keys, told_booked=True).update(tell_with=change_set.uid)
    return change_set


def words_of_set(change_set: ChangeSet) -> str:
    """What was done, in a sentence with its number."""
    number = change_set.changes.values("session").distinct().count()
    words = {
        ChangeSetKind.MOVED: ngettext("%(n)d class was moved.", "%(n)d classes were moved.", number),
        ChangeSetKind.CANCELLED: ngettext(
            "%(n)d class is cancelled.", "%(n)d classes are cancelled.", number
        ),
        ChangeSetKind.GIVEN: ngettext(
            "%(n)d class has another teacher now.", "%(n)d classes have another teacher now.", number
        ),
        ChangeSetKind.CHANGED: ngettext("%(n)d class is changed.", "%(n)d classes are changed.", number),
        ChangeSetKind.RESTORED: restored_words(number),
    }
    return words[ChangeSetKind(change_set.kind)] % {"n": number}


def restored_words(number: int) -> str:
    """That so many cancelled classes are held after all, in a sentence."""
    words = ngettext("%(n)d class is held after all.", "%(n)d classes are held after all.", number)
    return words % {"n": number}


def tell_due_sets(now: datetime, limit: int = 50) -> int:
    """Tell of sets whose time to undo has passed; of how many. Call it outside a transaction."""
    due = ChangeSet.objects.filter(told_at__isnull=True, undone_at__isnull=True, tell_at__lte=now)
    return sum(tell_set(one, now) for one in due.select_related("by").order_by("tell_at", "pk")[:limit])


@transaction.atomic
def tell_set(change_set: ChangeSet, now: datetime) -> bool:
    """Tell those concerned of a set, each once; False if it was told or undone meanwhile."""
    untold = ChangeSet.objects.filter(pk=change_set.pk, told_at__isnull=True, undone_at__isnull=True)
    if not untold.update(told_at=now):
        return False
    concerned = ClassSession.objects.filter(tell_with=change_set.uid)
    told = list(concerned.select_related("program", "teacher").order_by("starts_at", "pk"))
    version = Change.objects.filter(change_set=change_set, session=OuterRef("pk")).values("version")[:1]
    concerned.update(told_version=Subquery(version))
    concerned.filter(told_version=F("version")).update(undo=None)
    concerned.update(tell_with=None)
    if told:
        ChangeSet.objects.filter(pk=change_set.pk).update(told=told_sets.keep(change_set, told))
        _tell(change_set, told, now)
    return True


def _tell(change_set: ChangeSet, sessions: Sequence[ClassSession], now: datetime) -> None:
    programs = {session.program_id: session.program for session in sessions}
    tell_all(
        people=_people(change_set, sessions, programs.values(), now),
        kind=several_messages.KIND_OF[ChangeSetKind(change_set.kind)],
        fact_key=str(change_set.uid),
        thing_uid=change_set.uid,
        program_uid=next(iter(programs.values())).uid if len(programs) == 1 else None,
        stale_at=max(session.ends_at for session in sessions),
        by=change_set.by,
        now=now,
    )


def _people(
    change_set: ChangeSet,
    sessions: Sequence[ClassSession],
    programs: Iterable[Program],
    now: datetime,
) -> list[User]:
    """The programs' students, and whose classes they are or were; not who did it, each once."""
    students = [person for program in programs for person in students_told(program, now)]
    formers = {was.teacher for was in read(change_set.was)}
    teachers = [*(session.teacher for session in sessions), *User.objects.filter(pk__in=formers)]
    others = [person for person in teachers if person.pk != change_set.by_id]
    return list({person.pk: person for person in [*students, *others]}.values())
