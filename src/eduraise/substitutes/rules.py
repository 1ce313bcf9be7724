"""Who may look for a substitute, put one on a class, and take a class back."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from eduraise.access.rules import permissions_in
from eduraise.accounts.models import User
from eduraise.classes.changing import ClassOver
from eduraise.classes.enums import ClassState
from eduraise.classes.handing import may_give
from eduraise.classes.joining import standing_of
from eduraise.classes.models import ClassSession
from eduraise.classes.states import state_of
from eduraise.programs.enums import Permission
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution


def may_assign(user: User, session: ClassSession, now: datetime) -> bool:
    """Whether `user` may put somebody on a class without asking her: an admin, or the program's lead."""
    return user.is_active and may_give(user, session.program, now)


def may_arrange(user: User, session: ClassSession, now: datetime) -> bool:
    """Whether `user` may ask others to take a class: its own teacher, and whoever may assign."""
    return standing_of(user, session, now).may_start or may_assign(user, session, now)


def may_return(user: User, row: Substitution, now: datetime) -> bool:
    """Whether `user` may give a class back to whoever it was taken for: she herself, as long as she holds
    classes of the program, and whoever may assign."""
    program = row.session.program
    if user.pk == row.absent_id and user.is_active and program.archived_at is None:
        return Permission.HOST in permissions_in(user, program, now)
    return may_assign(user, row.session, now)


def accepted_of(session: ClassSession) -> Substitution | None:
    """Who takes a class at present for whom."""
    rows = Substitution.objects.filter(session=session, state=State.ACCEPTED)
    return rows.select_related("absent", "substitute", "session__program").first()


def asked_of(session: ClassSession) -> Substitution | None:
    """Who is asked at present to take a class."""
    rows = Substitution.objects.filter(session=session, state=State.ASKED)
    return rows.select_related("absent", "substitute", "asked_by", "session__program").first()


def all_of(session: ClassSession) -> list[Substitution]:
    """All who were ever asked to take a class, oldest first; for a page about it: read once, kept on
    `session` for as long as that is in hand."""
    kept: list[Substitution] | None = getattr(session, "kept_substitutions", None)
    if kept is None:
        related = ("absent", "substitute", "asked_by", "ended_by", "session__program", "session__occurrence")
        rows = Substitution.objects.filter(session=session).select_related(*related)
        kept = list(rows.order_by("pk"))
        session.kept_substitutions = kept  # type: ignore[attr-defined]
    return kept


def require_ahead(session: ClassSession, now: datetime) -> None:
    """Refuse a class that has begun. Raises ClassOver."""
    if session.starts_at <= now or state_of(session, now).shown_state == ClassState.LIVE:
        raise ClassOver(_("This class has begun. It can’t change hands any more."))
