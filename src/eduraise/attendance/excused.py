"""What an accepted excuse comes to: an absence that is excused, unless the mark can't follow by itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from eduraise.attendance.enums import ExcuseState, RegisterState, Status
from eduraise.attendance.models import Excuse, Mark


def absent_still(excuses: Iterable[Excuse]) -> dict[int, str]:
    """Of accepted excuses those whose mark is an absence still, by key, with a sentence why; one query."""
    accepted = [one for one in excuses if one.state == ExcuseState.ACCEPTED]
    if not accepted:
        return {}
    marks = Mark.objects.filter(
        register__session__in={one.session_id for one in accepted},
        student__in={one.student_id for one in accepted},
    ).select_related("register")
    found = {(mark.register.session_id, mark.student_id): why_absent(mark) for mark in marks}
    why = {one.pk: found.get((one.session_id, one.student_id), "") for one in accepted}
    return {pk: words for pk, words in why.items() if words}


def why_absent(mark: Mark) -> str:
    """Why the mark of somebody whose excuse is accepted stays an absence, "" where it doesn't."""
    if mark.status != Status.ABSENT or mark.register.not_held_at is not None:
        return ""
    if mark.hand_status:
        return _("The mark was set to “Absent” by hand, and stands.")
    if mark.register.state == RegisterState.LOCKED:
        return _("The register was locked before: the mark is “Absent” until an admin lets the excuse count.")
    return ""
