"""What an account may: closed, reopened, made or unmade admin. One admin stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts import sessions
from eduraise.accounts.models import Invitation, User
from eduraise.core import audit, hooks
from eduraise.core.errors import Changed, DomainError


class LastAdmin(DomainError):
    """Nobody would be left who could run the installation."""

    code = "last_admin"


@transaction.atomic
def close_account(*, person: User, by: User, now: datetime) -> None:
    """Let nobody in by this account any more: sessions end now, its link is void. Nothing is deleted.

    Raises LastAdmin.
    """
    _require_another_admin(person)
    if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        return
    person.is_active = False
    Invitation.objects.filter(person=person, accepted_at__isnull=True, withdrawn_at__isnull=True).update(
        withdrawn_at=now
    )
    sessions.end_all(person)
    audit.record("person.closed", by=by, thing=person, at=now)
    hooks.person_deactivated.tell(person=person, by=by, now=now)


@transaction.atomic
def reopen_account(*, person: User, by: User, now: datetime) -> None:
    """Let the person in again. Rights that ended stay ended."""
    if User.objects.filter(pk=person.pk, is_active=False, erased_at__isnull=True).update(is_active=True):
        person.is_active = True
        audit.record("person.reopened", by=by, thing=person, at=now)


@transaction.atomic
def make_admin(*, person: User, by: User | None, now: datetime) -> None:
    """Give a person everything that an admin may. Her sessions end, so that the right begins with a sign-in.

    Raises Changed if the account is closed.
    """
    if not User.objects.filter(pk=person.pk, is_active=True).exists():
        raise Changed(_("This account is closed. Reopen it first."))
    if User.objects.filter(pk=person.pk, is_admin=False).update(is_admin=True):
        person.is_admin = True
        sessions.end_all(person)
        audit.record("person.made_admin", by=by, thing=person, at=now)


@transaction.atomic
def remove_admin(*, person: User, by: User, now: datetime) -> None:
    """Take an admin's rights away; her sessions end. Raises LastAdmin."""
    _require_another_admin(person)
    if User.objects.filter(pk=person.pk, is_admin=True).update(is_admin=False):
        person.is_admin = False
        sessions.end_all(person)
        audit.record("person.removed_admin", by=by, thing=person, at=now)


def _require_another_admin(person: User) -> None:
    """Lock the admins' rows, then count: two admins who remove each other can't both succeed."""
    locked = User.objects.select_for_update(no_key=True).filter(is_admin=True, is_active=True).order_by("pk")
    admins = {admin.pk: admin for admin in locked}
    others = [admin for key, admin in admins.items() if key != person.pk and not admin.is_invited]
    if person.pk in admins and not others:
        raise LastAdmin(
            _("%(name)s is the only admin. Make somebody else an admin first.") % {"name": person.name}
        )
