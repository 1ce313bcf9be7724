"""How classes stand: their shown state and whether they need attention. Derived in one query, never stored.

`with_states` is the one rule; pages, filters, counts and single classes all read it from here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from eduraise.classes import attention
from eduraise.classes.enums import ClassState
from eduraise.classes.models import LONGEST_CLASS, ClassQuerySet, ClassSession, OtherLink
from eduraise.core import hooks
from eduraise.core.prepared import Hour, Prepared
from eduraise.zoom import silence, spent
from eduraise.zoom.enums import (
    OPEN_STATES,
    OperationKind,
    OperationState,
)
from eduraise.zoom.models import ZoomInstance, ZoomOccurrence, ZoomOperation

# A sitting that Zoom said is running counts as running for this long without another word.
SEEN_FOR = timedelta(minutes=10)
# Known from events alone, it is taken to run on for this long after its planned end.
RUNS_ON = timedelta(hours=4)
# A class in which nobody was ever seen is not over before this, so that a late start isn't shut out.
GRACE = timedelta(minutes=15)
# Of an operation that waits: not tried yet, or held back by a limit, which is no silence of Zoom's
OUR_WAITS = ("", *silence.OURS, *spent.CODES)
# `other_room` of a class that is on in another meeting, to which no link is known
NO_WAY_IN = 0
SETTLED = (OperationState.WITHDRAWN, OperationState.OVERTAKEN)
AT_ZOOM = Q(
    occurrence__meeting__meeting_number__isnull=False,
    occurrence__meeting__gone_at__isnull=True,
    occurrence__zoom_starts_at__isnull=False,
    occurrence__zoom_gone_at__isnull=True,
)
OVER = (ClassState.ENDED, ClassState.CANCELLED)
# Of rows that `with_states` read
NEEDS_ATTENTION = ~Q(attention="")
# A meeting that was looked at in its class's time: had anybody been in it, we would know
LOOKED_AT = Q(occurrence__meeting__read_at__gte=F("starts_at"))
# Of rows that `with_states` read: the same as `was_missed`
MISSED = LOOKED_AT & Q(shown_state=ClassState.ENDED, was_held=False, was_elsewhere=False)


def with_states(classes: QuerySet[ClassSession], now: datetime) -> QuerySet[ClassSession]:
    """The same classes with `shown_state` (ClassState), `attention` (Attention or ""), `is_at_zoom`,
    `stands_at_zoom` (Zoom holds a meeting of it, be it one that is being replaced), `is_gone` (its meeting is
    known to be deleted), `was_held` (somebody was seen in it), `zoom_said` (the code of the last refusal, or
    ""), `other_link` (the key of the link by which it is held instead, or None), `other_room` (another
    meeting in which alone it is on, as its teacher said: its key, `NO_WAY_IN` where there is no link to it,
    else None), and `was_elsewhere` (it was led elsewhere in its time)."""
    return classes.annotate(**WRITTEN.at(now, *SHOWN))


def at_the_door(classes: QuerySet[ClassSession], now: datetime) -> QuerySet[ClassSession]:
    """The same classes with what their door needs alone, `shown_state`, `is_gone`, `other_link` and
    `other_room`: hundreds may press Join in one minute."""
    return classes.annotate(**WRITTEN.at(now, "shown_state", "is_gone", "other_link", "other_room"))


def needing_attention(classes: QuerySet[ClassSession], now: datetime | Hour) -> QuerySet[ClassSession]:
    """Those of some classes that can't be held as they stand, with nothing but their `attention`; found from
    what is rare, as working it out for each would be most of what a list costs."""
    rare = classes.filter(WRITTEN.one(now, "may_need_attention"))
    return rare.annotate(**WRITTEN.at(now, "attention")).filter(NEEDS_ATTENTION)


def state_of(session: ClassSession, now: datetime) -> ClassSession:
    """One class, read again with its state as `with_states` gives it."""
    return with_states(ClassSession.objects.filter(pk=session.pk), now).get()


def has_paused(session: ClassSession, now: datetime) -> bool:
    """Whether a class of `with_states` was on and has ended in Zoom while its time runs on: whoever holds it
    can start it again. One that is held elsewhere by now is on there."""
    is_over = session.cancelled_at is not None or session.shown_state in (ClassState.LIVE, ClassState.ENDED)
    return session.was_held and not session.other_link and not is_over and now >= session.starts_at


def has_no_way_in(session: ClassSession) -> bool:
    """Whether a class of `with_states` or `at_the_door` is on in a meeting to which there is no link."""
    return session.other_room == NO_WAY_IN and not session.other_link


def was_missed(session: ClassSession) -> bool:
    """Whether a class of `with_states` is over and nobody started it, as far as can be known: its meeting was
    looked at in its time, nobody was ever seen in it, and it was not held elsewhere."""
    read_at = session.occurrence.meeting.read_at if session.occurrence else None
    was_looked_at = read_at is not None and read_at >= session.starts_at
    took_place = session.was_held or session.was_elsewhere
    return session.shown_state == ClassState.ENDED and not took_place and was_looked_at


def live(classes: ClassQuerySet, now: datetime) -> ClassQuerySet:
    """Those in which somebody is at this moment, as far as Zoom told."""
    return classes.filter(
        is_live(now), starts_at__gt=now - 2 * LONGEST_CLASS, starts_at__lt=now + LONGEST_CLASS
    )


def is_live(now: datetime) -> Q:
    """The same as a condition."""
    return Q(cancelled_at__isnull=True) & Q(WRITTEN.one(now, "is_live"))


def upcoming(classes: QuerySet[ClassSession], now: datetime | Hour) -> QuerySet[ClassSession]:
    """Those still to come or under way; a cancelled one until its time has passed."""
    return classes.filter(~is_past(now), ends_at__gt=now - 2 * LONGEST_CLASS)


def past(classes: QuerySet[ClassSession], now: datetime | Hour) -> QuerySet[ClassSession]:
    """All others."""
    return classes.filter(is_past(now))


def is_past(now: datetime | Hour) -> Q:
    """The same as a condition."""
    return Q(WRITTEN.one(now, "is_past"))


def _written(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    facts: dict[str, Any] = {
        "zoom_said": _of_last_operation("answer_code"),
        "was_held": was_held(),
        "is_at_zoom": ExpressionWrapper(AT_ZOOM, output_field=BooleanField()),
        "stands_at_zoom": _stands_at_zoom(),
        "is_gone": ExpressionWrapper(attention.is_gone(), output_field=BooleanField()),
        "is_live": _is_live(),
        "other_link": Subquery(OtherLink.objects.filter(session=OuterRef("pk"), ended_at=None).values("pk")),
        "other_room": _other_room(),
        "was_elsewhere": was_elsewhere(),
    }
    open_operations = _operations().filter(state__in=OPEN_STATES)
    hidden: dict[str, Any] = {
        "_operating": Exists(open_operations),
        "_stuck": Exists(open_operations.exclude(last_error_code__in=OUR_WAITS)),
        "_last_state": _of_last_operation("state"),
    }
    # each use of a fact writes it into the text anew, so all are made of few
    made_of_them: dict[str, Any] = {
        "is_past": ExpressionWrapper(_is_past(), output_field=BooleanField()),
        "shown_state": _shown_state(),
        "attention": attention.case(),
        "may_need_attention": ExpressionWrapper(attention.suspects(), output_field=BooleanField()),
    }
    return classes.alias(**hidden).annotate(**facts).annotate(**made_of_them)


def _is_past() -> Q:
    """Whether nothing more is to be expected; for a cancelled class, whether its time has passed.

    What is cheap to know stands first, as databases look no further.
    """
    is_over = Q(cancelled_at__isnull=False) | (_has_ended() & Q(is_live=False))
    return Q(ends_at__lte=Hour()) & (Q(ends_at__lte=Hour(-2 * LONGEST_CLASS)) | is_over)


def _has_ended() -> Q:
    """Of a class in which nobody is."""
    return Q(ends_at__lte=Hour()) & (Q(ends_at__lte=Hour(-GRACE)) | Q(was_held=True))


def _is_live() -> Exists:
    """A sitting began and is not known to have ended. Until the planned end that is enough; after it, Zoom
    must have said so of late, or never have been asked (events alone)."""
    return Exists(_running())


def _other_room() -> Subquery:
    """Of a class that is on in another meeting than its own, as was said by hand, and not in its own: that
    meeting, where it is one of ours, else that there is no way in."""
    own = ~Q(mapped_by=ZoomInstance.MappedBy.HAND) | Q(meeting=F("occurrence__meeting"))
    known = Q(meeting__join_url__isnull=False, meeting__gone_at__isnull=True)
    cases = When(own, then=None), When(known, then=F("meeting"))
    way_in = Case(*cases, default=Value(NO_WAY_IN), output_field=BigIntegerField())
    is_other = Case(When(own, then=Value(0)), default=Value(1))
    running = _running().annotate(way_in=way_in, is_other=is_other).order_by("is_other", "-started_at", "-pk")
    return Subquery(running.values("way_in")[:1], output_field=BigIntegerField())


def _running() -> QuerySet[ZoomInstance]:
    ends_at = ExpressionWrapper(OuterRef("ends_at"), output_field=DateTimeField())
    counts = (
        Q(GreaterThan(ends_at, Hour()))
        | Q(seen_running_at__gte=Hour(-SEEN_FOR))
        | Q(GreaterThan(ends_at, Hour(-RUNS_ON)), seen_running_at__isnull=True)
    )
    return _sittings().filter(counts, ended_at__isnull=True)


def was_held(*, by: Any = None) -> Exists:
    """Whether somebody was ever seen in a class; `by`: no later than this expression over the class says."""
    sittings = _sittings()
    return Exists(sittings if by is None else sittings.filter(started_at__lte=by))


def was_elsewhere() -> Exists:
    """Whether its people were led elsewhere in its time."""
    in_its_time = Q(ended_at__isnull=True) | Q(ended_at__gt=OuterRef("starts_at"))
    return Exists(OtherLink.objects.filter(in_its_time, session=OuterRef("pk"), at__lt=OuterRef("ends_at")))


def took_place() -> Case:
    """Whether a class whose time has passed was held, as far as can be known; every page goes by this.

    It wasn't where somebody said so, or where it is known that nobody was in it: its meeting was looked at in
    its time, or Zoom never had one; nobody was seen, its people weren't led elsewhere, and nobody was said to
    have come.
    """
    said = hooks.class_said.ask()
    held = [was_held(), was_elsewhere(), *(condition for is_held, condition in said if is_held)]
    is_known = LOOKED_AT | Q(occurrence__meeting__meeting_number__isnull=True)
    return Case(
        *(When(condition, then=Value(False)) for is_held, condition in said if not is_held),
        *(When(condition, then=Value(True)) for condition in held),
        When(is_known, then=Value(False)),
        default=Value(True),
        output_field=BooleanField(),
    )


def running_since(session: ClassSession) -> datetime | None:
    """Since when somebody is in a class without a break, as far as Zoom told; None where nobody is. A query
    of its own where `with_running_since` has not read it."""
    known = vars(session)
    if "running_since" not in known:
        read = with_running_since(ClassSession.objects.filter(pk=session.pk)).get()
        known["running_since"] = vars(read)["running_since"]
    since: datetime | None = known["running_since"]
    return since


def with_running_since(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    """The same classes with what `running_since` tells of each."""
    running = _sittings().filter(ended_at__isnull=True).order_by("started_at")
    added = {"running_since": Subquery(running.values("started_at")[:1])}
    return classes.annotate(**added)


def _stands_at_zoom() -> Case:
    """Whether Zoom holds its meeting or, of a class that gets another one, still the one from before. What is
    cheap to know stands first."""
    held = ZoomOccurrence.objects.filter(
        held_for=OuterRef("uid"),
        zoom_starts_at__isnull=False,
        zoom_gone_at__isnull=True,
        meeting__meeting_number__isnull=False,
        meeting__gone_at__isnull=True,
        meeting__missing_at__isnull=True,
    )
    return Case(When(AT_ZOOM, then=Value(True)), default=Exists(held), output_field=BooleanField())


def _sittings() -> QuerySet[ZoomInstance]:
    return ZoomInstance.objects.filter(occurrence__held_for=OuterRef("uid"), started_at__isnull=False)


def _operations() -> QuerySet[ZoomOperation]:
    """What was wanted at Zoom for a class's meeting, but for strays and what needs no answer any more."""
    return ZoomOperation.objects.filter(
        meeting=OuterRef("occurrence__meeting"), stray_number="", kind__in=_SHAPING
    ).exclude(state__in=SETTLED)


_SHAPING = (OperationKind.CREATE, OperationKind.UPDATE, OperationKind.DELETE)


def _of_last_operation(field: str) -> Any:
    last = Subquery(_operations().order_by("-id").values(field)[:1])
    return Coalesce(last, Value(""), output_field=CharField())


def _shown_state() -> Case:
    return Case(
        When(cancelled_at__isnull=False, then=Value(ClassState.CANCELLED)),
        When(is_live=True, then=Value(ClassState.LIVE)),
        When(_has_ended(), then=Value(ClassState.ENDED)),
        When(is_at_zoom=True, then=Value(ClassState.BOOKED)),
        When(_stuck=True, then=Value(ClassState.SILENT)),
        When(_operating=True, then=Value(ClassState.BEING_BOOKED)),
        default=Value(ClassState.NOT_BOOKED),
        output_field=CharField(),
    )


SHOWN = (
    *("shown_state", "attention", "zoom_said", "was_held"),
    *("is_at_zoom", "stands_at_zoom", "is_gone", "other_link", "other_room", "was_elsewhere"),
)
WRITTEN = Prepared(
    ClassSession,
    _written,
    reads=(
        "pk",
        "uid",
        "program",
        "teacher",
        "teacher__is_active",
        "occurrence",
        "starts_at",
        "ends_at",
        "cancelled_at",
        "occurrence__zoom_starts_at",
        "occurrence__zoom_gone_at",
        "occurrence__seats_short",
        "occurrence__meeting",
        "occurrence__meeting__meeting_number",
        "occurrence__meeting__missing_at",
        "occurrence__meeting__gone_at",
        f"{attention.HOST}__state",
        f"{attention.HOST}__licence",
        f"{attention.HOST}__account__plan",
    ),
)
