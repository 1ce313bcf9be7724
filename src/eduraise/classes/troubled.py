"""What whoever can mend it is told of a class in trouble, how that reads once the trouble is over, and what
a program's rule settled before anybody had to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.classes.enums import Attention, DifferenceField, DifferenceState
from eduraise.classes.messages import facts_of, may_know, page_of, why_teaches
from eduraise.classes.models import ClassSession, Difference
from eduraise.classes.told import as_kept, classes_of, sessions_of
from eduraise.classes.words import at_words, span_words, when_words
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter
from eduraise.zoom.enums import OperationState
from eduraise.zoom.guarding import guard_words
from eduraise.zoom.models import ZoomOperation

TROUBLE = "class.trouble"
SETTLED = "class.settled"
WAITING, LIMITED, GIVEN_UP = "waiting", "limited", "given_up"
STANDS = (OperationState.FAILED, OperationState.GIVEN_UP)

# What is so, and what can be done about it
TROUBLES: dict[str, tuple[str | Promise, str | Promise]] = {
    Attention.NOT_BOOKED.value: (
        gettext_lazy("Zoom refused to book it."),
        gettext_lazy("The class’s page says why."),
    ),
    Attention.REFUSED.value: (
        gettext_lazy("Zoom refused a change of it."),
        gettext_lazy("The class’s page says why."),
    ),
    Attention.STILL_AT_ZOOM.value: (
        gettext_lazy("It is cancelled here, but Zoom didn’t delete its meeting."),
        gettext_lazy("The class’s page says why."),
    ),
    Attention.GONE.value: (
        gettext_lazy("Its meeting was deleted in Zoom."),
        gettext_lazy("Book it again or cancel it."),
    ),
    Attention.TIME_DIFFERS.value: (
        gettext_lazy("Its meeting was moved in Zoom."),
        gettext_lazy("Take Zoom’s time, or restore yours; students still see yours."),
    ),
    Attention.UNSAFE.value: (
        gettext_lazy("Zoom has it less guarded than it should be."),
        gettext_lazy("Zoom was asked to set that back and didn’t. Is it as you want it?"),
    ),
    Attention.WEBINAR.value: (
        gettext_lazy("Its meeting was turned into a webinar in Zoom."),
        gettext_lazy("Book it again, and delete the webinar there."),
    ),
    LIMITED: (
        gettext_lazy("Zoom’s limit of the day is used up. The class is saved and will be booked by itself."),
        gettext_lazy("There is nothing to do: its page says from when on."),
    ),
    GIVEN_UP: (
        gettext_lazy("An admin has stopped trying a change of it at Zoom."),
        gettext_lazy("The class’s page says what can be done."),
    ),
    WAITING: (
        gettext_lazy("Zoom isn’t answering."),
        gettext_lazy("The class is saved and will be booked when it does: there is nothing to do."),
    ),
}
DIFFERS_NO_MORE = gettext_lazy("Zoom and the class don’t differ in it any more.")
BOOKED_AGAIN = gettext_lazy("It was booked again.")
ENDINGS: dict[tuple[str, str], str | Promise] = {
    (DifferenceField.TIME, DifferenceState.KEPT): gettext_lazy("Zoom’s time was taken."),
    (DifferenceField.TIME, DifferenceState.RESTORED): gettext_lazy("The class’s own time was restored."),
    (DifferenceField.GONE, DifferenceState.RESTORED): BOOKED_AGAIN,
    (DifferenceField.WEBINAR, DifferenceState.RESTORED): BOOKED_AGAIN,
    (DifferenceField.UNSAFE, DifferenceState.KEPT): gettext_lazy("It was left as Zoom has it."),
    (DifferenceField.UNSAFE, DifferenceState.RESTORED): gettext_lazy("Zoom was asked again."),
}


@dataclass(frozen=True)
class Ending:
    """How a trouble ended; at: when, None where nobody noted it."""

    words: str
    at: datetime | None = None


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    registry.register(
        TROUBLE,
        label=gettext_lazy("A class needs attention"),
        words=trouble_words,
        still_true=is_in_trouble,
        allowed=may_know,
    )
    registry.register(
        SETTLED,
        label=gettext_lazy("A program’s rule set back what was changed in Zoom"),
        words=settled_words,
        still_true=registry.always,
        allowed=may_know,
        channels=(),
    )


def is_in_trouble(message: Message, now: datetime) -> bool:
    """Whether the trouble that a message speaks of is one still."""
    sessions = sessions_of([message])
    return bool(sessions) and not _endings([message], sessions, now)


def trouble_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To whoever can mend it: something is in the way of a class, or was."""
    sessions = sessions_of(messages)
    endings = _endings(messages, sessions, now)
    differences = _differences(messages)
    return {
        message.pk: _letter(
            as_kept(sessions[message.thing_uid], message.data),
            message.data,
            differences.get(message.data.get("difference", 0)),
            endings.get(message.pk),
            now,
        )
        for message in messages
        if message.thing_uid in sessions
    }


def settled_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To a class's teacher: what was changed in Zoom, and that the program's rule set it back."""
    sessions, differences = classes_of(messages), _differences(messages)
    return {
        message.pk: _settled(sessions[message.pk], difference, now)
        for message in messages
        if message.pk in sessions and (difference := differences.get(message.data["difference"]))
    }


def _letter(
    session: ClassSession,
    data: Mapping[str, Any],
    difference: Difference | None,
    ending: Ending | None,
    now: datetime,
) -> Letter:
    what, to_do = (str(words) for words in TROUBLES[data["reason"]])
    what = _in_zoom(difference, now) or what
    if ending is None:
        title, said = _("“%(topic)s”, %(when)s, needs attention"), (f"{what} {to_do}",)
        verb = _("See what to do")
    else:
        title, said = _("Settled: “%(topic)s”, %(when)s"), (f"{what} {_ended(ending, now)}",)
        verb = _("See the class")
    return Letter(
        title=title % {"topic": session.topic, "when": when_words(session, now)},
        sentences=said,
        facts=facts_of(session, now),
        verb=verb,
        path=page_of(session),
        why=why_teaches(session),
    )


def _settled(session: ClassSession, difference: Difference, now: datetime) -> Letter:
    again = difference.field == DifferenceField.GONE
    title = (
        _("“%(topic)s”, %(when)s: booked again by the program’s rule")
        if again
        else _("“%(topic)s”, %(when)s: set back by the program’s rule")
    )
    done = (
        _("It is booked again; the link stays the same.")
        if again
        else _("It is set back to the class’s own time; students were told nothing.")
    )
    what = _in_zoom(difference, now) or str(TROUBLES[Attention.GONE.value][0])
    return Letter(
        title=title % {"topic": session.topic, "when": when_words(session, now)},
        sentences=(f"{what} {done}",),
        facts=facts_of(session, now),
        verb=_("See the class"),
        path=page_of(session),
        why=why_teaches(session),
    )


def _in_zoom(difference: Difference | None, now: datetime) -> str:
    """What this very difference is, where more is known than its kind."""
    if difference is None:
        return ""
    if difference.zooms_span is not None:
        return _("Its meeting was moved in Zoom to %(when)s.") % {
            "when": span_words(*difference.zooms_span, now)
        }
    if difference.field == DifferenceField.UNSAFE:
        return guard_words(difference.zooms.get("codes", []))
    return ""


def _ended(ending: Ending, now: datetime) -> str:
    if ending.at is None:
        return ending.words
    return _("%(ending)s (%(when)s)") % {"ending": ending.words, "when": at_words(ending.at, now)}


def _endings(
    messages: Sequence[Message], sessions: Mapping[Any, ClassSession], now: datetime
) -> dict[int, Ending]:
    """Of the messages whose trouble is over, how it ended; two queries for all."""
    differences, operations = _differences(messages), _operations(messages)
    found = {}
    for message in messages:
        session = sessions.get(message.thing_uid)
        if session is None:
            continue
        ending = (
            _of_difference(differences.get(message.data.get("difference", 0)))
            or _of_operation(message.data.get("operation"), operations, session)
            or _of_class(message.data["reason"], session, now)
        )
        if ending is not None:
            found[message.pk] = ending
    return found


def _of_difference(difference: Difference | None) -> Ending | None:
    if difference is None or difference.state == DifferenceState.OPEN:
        return None
    words = ENDINGS.get((difference.field, difference.state), DIFFERS_NO_MORE)
    return Ending(str(words), difference.at)


def _of_operation(
    key: int | None, operations: Mapping[int, ZoomOperation], session: ClassSession
) -> Ending | None:
    """What was tried once more, or of a meeting that is the class's no longer."""
    if key is None:
        return None
    row = operations.get(key)
    if row is None or session.occurrence is None or row.meeting_id != session.occurrence.meeting_id:
        return Ending(str(BOOKED_AGAIN) if row else _("It was tried again since."))
    tried_at: datetime | None = row.tried_at  # type: ignore[attr-defined]
    if tried_at is None and row.state in STANDS:
        return None
    return Ending(_("It was tried again since."), tried_at or row.finished_at)


def _of_class(reason: str, session: ClassSession, now: datetime) -> Ending | None:
    if session.cancelled_at is not None and reason != Attention.STILL_AT_ZOOM:
        return Ending(_("The class was cancelled."), session.cancelled_at)
    if session.ends_at <= now:
        return Ending(_("The class is over."), session.ends_at)
    return Ending(_("Zoom has booked it.")) if reason in (WAITING, LIMITED) and session.told_booked else None


def _differences(messages: Sequence[Message]) -> dict[int, Difference]:
    keys = {message.data["difference"] for message in messages if "difference" in message.data}
    return Difference.objects.in_bulk(keys) if keys else {}


def _operations(messages: Sequence[Message]) -> dict[int, ZoomOperation]:
    """What was refused, each with `tried_at`: when something newer was wanted of the same meeting
    that Zoom didn't refuse as well."""
    keys = {message.data["operation"] for message in messages if "operation" in message.data}
    if not keys:
        return {}
    newer = ZoomOperation.objects.filter(
        meeting=OuterRef("meeting"), pk__gt=OuterRef("pk"), stray_number=""
    ).exclude(state__in=(OperationState.WITHDRAWN, *STANDS))
    added = {"tried_at": Subquery(newer.order_by("pk").values("created_at")[:1])}
    return ZoomOperation.objects.annotate(**added).in_bulk(keys)
