"""What people are told when the clock rules of a zone changed: which classes keep their hour there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.classes.messages import facts_of, is_coming, may_know, page_of
from eduraise.classes.models import ClassSession
from eduraise.classes.told import classes_of
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.ui import times
from eduraise.ui.letters import Letter
from eduraise.ui.zones import present_name

CLOCKS = "class.clocks_changed"


def register_kinds() -> None:
    """Name the kind to the room that sends it."""
    registry.register(
        CLOCKS,
        label=gettext_lazy("Clock rules of a zone changed"),
        words=words,
        still_true=is_coming,
        allowed=may_know,
    )


def words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To teachers, admins and those students for whom the hour is another one."""
    sessions = classes_of(messages)
    return {
        message.pk: _letter(sessions[message.pk], message.data, now)
        for message in messages
        if message.pk in sessions
    }


def _letter(session: ClassSession, data: Mapping[str, Any], now: datetime) -> Letter:
    number, kept, city = data["number"], data["kept"], times.city(session.zone)
    said = []
    if number:
        stay = ngettext(
            "%(n)d class stays at its hour in %(city)s.",
            "%(n)d classes stay at their hour in %(city)s.",
            number,
        )
        said.append(stay % {"n": number, "city": city})
    is_elsewhere = present_name(session.zone) != present_name(timezone.get_current_timezone_name())
    if number and is_elsewhere:
        said.append(_("By your clocks that is another hour than before."))
    if kept:
        moves = ngettext(
            "%(n)d class could not stay: teacher or Zoom is taken then. "
            "Its hour in %(city)s is another one now.",
            "%(n)d classes could not stay: teacher or Zoom is taken then. "
            "Their hour in %(city)s is another one now.",
            kept,
        )
        said.append(moves % {"n": kept, "city": city})
    return Letter(
        title=_("Clocks in %(city)s change otherwise than expected: “%(program)s”")
        % {"city": city, "program": session.program.title},
        sentences=tuple(said),
        facts=facts_of(session, now),
        verb=_("Open the first class"),
        path=page_of(session),
        why=_("You get this because you belong to %(program)s.") % {"program": session.program.title},
    )
