"""What people are told about programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.programs.enums import Permission
from eduraise.programs.models import Assignment, Enrolment
from eduraise.programs.queries import held_by
from eduraise.ui.letters import Letter

ASSIGNED = "program.assigned"
ASSIGNMENT_CHANGED = "program.assignment_changed"
ASSIGNMENT_ENDED = "program.assignment_ended"
ENROLLED = "program.enrolled"


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    registry.register(
        ASSIGNED,
        label=gettext_lazy("You are put on a program"),
        words=assigned_words,
        still_true=lambda message, now: _active(Assignment, message, now),
        allowed=registry.everyone,
    )
    registry.register(
        ASSIGNMENT_CHANGED,
        label=gettext_lazy("Your part in a program is changed"),
        words=assignment_changed_words,
        still_true=lambda message, now: _active(Assignment, message, now),
        allowed=registry.everyone,
    )
    registry.register(
        ASSIGNMENT_ENDED,
        label=gettext_lazy("Your part in a program has ended"),
        words=assignment_ended_words,
        still_true=lambda message, now: not _active(Assignment, message, now),
        allowed=registry.everyone,
    )
    registry.register(
        ENROLLED,
        label=gettext_lazy("You are enrolled in a program"),
        words=enrolled_words,
        still_true=lambda message, now: _active(Enrolment, message, now),
        allowed=registry.everyone,
    )


def _active(model: type[Assignment] | type[Enrolment], message: Message, now: datetime) -> bool:
    return message.thing_uid is not None and model.objects.active(now).filter(uid=message.thing_uid).exists()


def assigned_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """Which program, as what, what is expected; what to do next."""
    rows = _assignments(messages)
    return {
        message.pk: _assigned(rows[message.thing_uid]) for message in messages if message.thing_uid in rows
    }


def assignment_changed_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """As what she is on the program now, what she may there, what is expected: always as it stands."""
    rows = _assignments(messages)
    return {
        message.pk: _changed(rows[message.thing_uid]) for message in messages if message.thing_uid in rows
    }


def assignment_ended_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """From which program she was taken."""
    rows = _assignments(messages)
    return {message.pk: _ended(rows[message.thing_uid]) for message in messages if message.thing_uid in rows}


def _assignments(messages: Sequence[Message]) -> dict[UUID, Assignment]:
    uids = [message.thing_uid for message in messages if message.thing_uid]
    found = Assignment.objects.filter(uid__in=uids).select_related("program", "granted_by")
    return {row.uid: row for row in found.prefetch_related("deviations")}


def _assigned(assignment: Assignment) -> Letter:
    program, held = assignment.program, held_by(assignment)
    said = [
        _("You are on this program as %(preset)s.") % {"preset": str(assignment.get_preset_display()).lower()}
    ]
    if Permission.CREATE in held:
        said.append(_("You can schedule classes at once."))
    title = _("You teach %(program)s") if Permission.HOST in held else _("You are put on %(program)s")
    return Letter(
        title=title % {"program": program.title},
        sentences=tuple(said),
        facts=((_("Program"), str(program)), (_("You may"), _permission_words(held))),
        quote=assignment.expectations,
        quote_by=assignment.granted_by.name if assignment.granted_by else "",
        verb=_("Open the program"),
        path=reverse("programs:page", args=[program.code]),
    )


def _changed(assignment: Assignment) -> Letter:
    program = assignment.program
    return Letter(
        title=_("Your part in %(program)s is changed") % {"program": program.title},
        sentences=(
            _("You are on this program as %(preset)s now.")
            % {"preset": str(assignment.get_preset_display()).lower()},
        ),
        facts=(
            (_("Program"), str(program)),
            (_("You may"), _permission_words(held_by(assignment))),
        ),
        quote=assignment.expectations,
        verb=_("Open the program"),
        path=reverse("programs:page", args=[program.code]),
    )


def _permission_words(held: Iterable[str]) -> str:
    return ", ".join(str(Permission(one).label) for one in sorted(held)) or _("Nothing but look")


def _ended(assignment: Assignment) -> Letter:
    program = assignment.program
    return Letter(
        title=_("Your part in %(program)s has ended") % {"program": program.title},
        sentences=(_("You can’t open the program any more. If that isn’t right, ask an admin."),),
        facts=((_("Program"), str(program)),),
    )


def enrolled_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """Which program; drafts say nothing yet."""
    uids = [message.thing_uid for message in messages if message.thing_uid]
    rows = {
        row.uid: row
        for row in Enrolment.objects.filter(uid__in=uids, program__opened_at__isnull=False).select_related(
            "program"
        )
    }
    return {
        message.pk: Letter(
            title=_("You are enrolled in %(program)s") % {"program": rows[message.thing_uid].program.title},
            sentences=(_("Its classes are among yours from now on."),),
            verb=_("See your classes"),
            path=reverse("programs:page", args=[rows[message.thing_uid].program.code]),
        )
        for message in messages
        if message.thing_uid in rows
    }
