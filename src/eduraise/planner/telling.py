"""Telling people of a plan: once for all its classes, when Zoom holds them, however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.access.rules import visible_programs
from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.queries import students_told
from eduraise.classes.states import AT_ZOOM
from eduraise.notifications import registry
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Message
from eduraise.planner.enums import PlanState, RowState
from eduraise.planner.models import Plan
from eduraise.ui import times
from eduraise.ui.letters import Letter
from eduraise.zoom.enums import OPEN_STATES, OperationKind
from eduraise.zoom.models import ZoomOperation

BOOKED, UNDONE = "plan.booked", "plan.undone"
# Longer than this nobody waits for Zoom to hold all of it: who it holds is told, the rest one by one.
WAITS_FOR_ZOOM = timedelta(minutes=30)


def register_kinds() -> None:
    """The two messages of this room."""
    for kind, label, words in (
        (BOOKED, gettext_lazy("Several classes are scheduled"), booked_words),
        (UNDONE, gettext_lazy("Several classes are cancelled"), undone_words),
    ):
        registry.register(
            kind,
            label=label,
            words=words,
            still_true=still_true,
            allowed=allowed,
            overtakes={BOOKED},
            about=about,
        )


def about(messages: Sequence[Message]) -> dict[int, set[UUID]]:
    """The classes of each plan."""
    of_plans: dict[UUID, set[UUID]] = defaultdict(set)
    classes = ClassSession.objects.filter(plan_row__plan__uid__in={one.thing_uid for one in messages})
    for plan_uid, class_uid in classes.values_list("plan_row__plan__uid", "uid"):
        of_plans[plan_uid].add(class_uid)
    return {message.pk: of_plans[message.thing_uid] for message in messages if message.thing_uid}


def tell_due(now: datetime, limit: int = 20) -> int:
    """Tell of plans whose classes Zoom holds by now; of how many plans."""
    untold = Plan.objects.filter(state=PlanState.BOOKED, told_at__isnull=True, booked_at__isnull=False)
    return sum(
        tell_booked(plan, now)
        for plan in untold.select_related("program", "by").order_by("booked_at")[:limit]
    )


@transaction.atomic
def tell_booked(plan: Plan, now: datetime) -> bool:
    """Tell those concerned of all classes of a plan that Zoom holds, once; False as long as it books them."""
    assert plan.booked_at
    if _is_at_work(plan) and now < plan.booked_at + WAITS_FOR_ZOOM:
        return False
    if not Plan.objects.filter(pk=plan.pk, told_at__isnull=True).update(told_at=now):
        return False
    mine = ClassSession.objects.filter(tell_with=plan.uid)
    told = list(
        mine.filter(AT_ZOOM, cancelled_at__isnull=True).order_by("starts_at").select_related("teacher")
    )
    ClassSession.objects.filter(pk__in=[session.pk for session in told]).update(
        told_booked=True, told_version=F("version")
    )
    mine.update(tell_with=None)  # of the rest each is told when Zoom holds it
    if told:
        teachers = {session.teacher for session in told} - {plan.by}
        _tell(
            plan,
            BOOKED,
            [*students_told(plan.program, now), *teachers],
            told[0].starts_at,
            told[-1].ends_at,
            len(told),
            now,
        )
    return True


def tell_undone(plan: Plan, now: datetime) -> None:
    """Tell those who heard of a plan that those of its classes are off that were cancelled with it; within
    the caller's transaction."""
    if plan.told_at is None:
        return
    off = ClassSession.objects.filter(
        plan_row__plan=plan, plan_row__state=RowState.UNDONE, cancelled_at__isnull=False, told_booked=True
    )
    rows = list(off.order_by("starts_at").select_related("teacher"))
    if rows:
        teachers = {session.teacher for session in rows} - {plan.by}
        _tell(
            plan,
            UNDONE,
            [*students_told(plan.program, now), *teachers],
            rows[0].starts_at,
            rows[-1].ends_at,
            len(rows),
            now,
        )


def _is_at_work(plan: Plan) -> bool:
    creates = ZoomOperation.objects.filter(
        kind=OperationKind.CREATE, state__in=OPEN_STATES, meeting=OuterRef("occurrence__meeting")
    )
    return ClassSession.objects.filter(Exists(creates), tell_with=plan.uid).exists()


def _tell(
    plan: Plan,
    kind: str,
    people: Sequence[User],
    first_at: datetime,
    last_at: datetime,
    number: int,
    now: datetime,
) -> None:
    tell_all(
        people=people,
        kind=kind,
        fact_key=f"{plan.uid}:{number}:{first_at.isoformat()}",
        thing_uid=plan.uid,
        program_uid=plan.program.uid,
        data={"number": number, "first_at": first_at.isoformat(), "last_at": last_at.isoformat()},
        stale_at=last_at,
        by=plan.by,
        now=now,
    )


def booked_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """To students and teachers: so many new classes."""
    return _letters(messages, now, is_off=False)


def undone_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """To those who had heard of them: they are off."""
    return _letters(messages, now, is_off=True)


def still_true(message: Message, now: datetime) -> bool:
    """Whether what is to be told of a plan still holds."""
    states = {BOOKED: (PlanState.BOOKED,), UNDONE: (PlanState.UNDOING, PlanState.UNDONE)}
    assert message.thing_uid
    return Plan.objects.filter(uid=message.thing_uid, state__in=states[message.kind]).exists()


def allowed(messages: Sequence[Message], now: datetime) -> Collection[int]:
    """Those whose reader may know of the program; one query for each reader."""
    seen: dict[int, set[object]] = {}
    for message in messages:
        if message.person_id not in seen:
            visible = visible_programs(message.person, now)
            seen[message.person_id] = set(visible.values_list("uid", flat=True))
    return [message.pk for message in messages if message.program_uid in seen[message.person_id]]


def _letters(messages: Sequence[Message], now: datetime, *, is_off: bool) -> dict[int, Letter]:
    uids = [message.thing_uid for message in messages if message.thing_uid]
    found = Plan.objects.filter(uid__in=uids).select_related("program", "by")
    plans = {plan.uid: plan for plan in found}
    return {
        message.pk: _letter(plans[message.thing_uid], message, now, is_off=is_off)
        for message in messages
        if message.thing_uid in plans
    }


def _letter(plan: Plan, message: Message, now: datetime, *, is_off: bool) -> Letter:
    data = message.data
    number, zone = data["number"], timezone.get_current_timezone()
    today = now.astimezone(zone).date()
    days = [
        times.long_day(datetime.fromisoformat(data[at]).astimezone(zone).date(), today)
        for at in ("first_at", "last_at")
    ]
    words = {"n": number, "program": plan.program.title, "first": days[0], "last": days[1]}
    title = (
        ngettext(
            "Cancelled: %(n)d class of “%(program)s”", "Cancelled: %(n)d classes of “%(program)s”", number
        )
        if is_off
        else ngettext("%(n)d new class of “%(program)s”", "%(n)d new classes of “%(program)s”", number)
    )
    said = _("From %(first)s to %(last)s.") % words
    return Letter(
        title=title % words,
        sentences=(said,),
        verb=_("See the classes"),
        path=reverse("programs:page", args=[plan.program.code]),
        why=_("You are in “%(program)s”.") % words,
    )
