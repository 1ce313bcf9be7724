"""How people come in: invited, invited again, withdrawn, taken up by a link."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from eduraise.accounts.invitations import LASTS, hash_of, mail_invitation, path_of
from eduraise.accounts.models import Invitation, Role, User, email_key
from eduraise.accounts.rights import make_admin
from eduraise.accounts.validators import clean_email, clean_name
from eduraise.core import audit, hooks
from eduraise.core.codes import new_token
from eduraise.core.errors import DomainError

#: A person's invitation is not mailed more often than this.
RESEND_AFTER = timedelta(minutes=2)


class NotOpen(DomainError):
    """An invitation that lets nobody in: code `invitation_unknown`, `_used`, `_withdrawn` or `_expired`."""

    code = "invitation_unknown"


@transaction.atomic
def invite_person(*, email: str, name: str, by: User | None, now: datetime, role: str = Role.STUDENT) -> User:
    """The person with this address; a new one is invited by mail.

    Unknown address: an account without a password, an invitation for 7 days, its mail. Known address: that
    person, untouched, whatever name or role was asked for; no mail. role: one of Role; an admin's takes
    effect when she takes up the account. by: None for the command line.
    Raises DomainError on "name" or "email".
    """
    address = clean_email(email)
    known = User.objects.filter(email_key=email_key(address)).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            person = User.objects.create_user(
                address,
                name=clean_name(name),
                zone=settings.DEFAULT_ZONE,
                language=by.language if by else settings.LANGUAGE_CODE,
                is_admin=role == Role.ADMIN,
            )
    except IntegrityError:  # invited by somebody else in this very moment
        return User.objects.get(email_key=email_key(address))
    audit.record("person.invited", by=by, thing=person, at=now, after={"role": role})
    issue_invitation(person=person, role=role, by=by, now=now)
    hooks.person_invited.tell(person=person, role=role, by=by, now=now)
    return person


@transaction.atomic
def resend_invitation(*, person: User, by: User | None, now: datetime) -> Invitation:
    """A new link by a new mail; the former link is void.

    Raises NotOpen if the account is taken up or closed, DomainError (code `too_soon`) within two minutes.
    """
    _require_invitable(person)
    last = Invitation.objects.filter(person=person).order_by("-sent_at").first()
    if last and last.withdrawn_at is None and now - last.sent_at < RESEND_AFTER:
        raise DomainError(
            _("The invitation went out a moment ago. Give it two minutes before you send another."),
            code="too_soon",
        )
    invitation, _token = issue_invitation(
        person=person, role=last.role if last else Role.STUDENT, by=by, now=now
    )
    audit.record("invitation.resent", by=by, thing=person, at=now)
    return invitation


@transaction.atomic
def correct_person(*, person: User, name: str, email: str, by: User, now: datetime) -> None:
    """Put a name right; the address too while the account waits to be taken up, and a new link goes there.

    Raises DomainError on "name" or "email": code `email_taken`, or `email_own` for somebody who has joined,
    since only she changes her address.
    """
    before = {"name": person.name, "email": person.email}
    address = clean_email(email)
    moves = email_key(address) != person.email_key
    if moves and not person.is_invited:
        raise DomainError(_("Only they can change the address."), field="email", code="email_own")
    if moves and User.objects.filter(email_key=email_key(address)).exists():
        raise DomainError(_("Somebody else has this address."), field="email", code="email_taken")
    person.name = clean_name(name)
    if person.is_invited:
        person.email = address
    person.save(update_fields=["name", "email"])
    after = {"name": person.name, "email": person.email}
    if after != before:
        audit.record("person.corrected", by=by, thing=person, at=now, before=before, after=after)
    if moves and person.is_active:
        last = Invitation.objects.filter(person=person).order_by("-sent_at").first()
        issue_invitation(person=person, role=last.role if last else Role.STUDENT, by=by, now=now)


@transaction.atomic
def withdraw_invitation(*, person: User, by: User, now: datetime) -> bool:
    """Void the open link of a person who has not taken up her account; False if there is none."""
    open_ones = Invitation.objects.filter(person=person, accepted_at__isnull=True, withdrawn_at__isnull=True)
    if not open_ones.update(withdrawn_at=now):
        return False
    audit.record("invitation.withdrawn", by=by, thing=person, at=now)
    return True


@transaction.atomic
def new_admin(*, email: str, name: str, now: datetime) -> tuple[User, str]:
    """An admin by whoever runs the installation's commands; with the path of her link, "" if she has joined.

    Somebody known is made an admin; if she has not joined yet, her former link is void and this one counts.
    No mail: it may not be set up yet. Raises DomainError.
    """
    address = clean_email(email)
    person = User.objects.filter(email_key=email_key(address)).first()
    if person is None:
        person = User.objects.create_user(address, name=clean_name(name), zone=settings.DEFAULT_ZONE)
        audit.record("person.invited", by=None, thing=person, at=now, after={"role": Role.ADMIN})
        hooks.person_invited.tell(person=person, role=Role.ADMIN, by=None, now=now)
    make_admin(person=person, by=None, now=now)
    if not person.is_invited:
        return person, ""
    _invitation, token = issue_invitation(person=person, role=Role.ADMIN, by=None, now=now, mails=False)
    return person, path_of(token)


@transaction.atomic
def issue_invitation(
    *, person: User, role: str, by: User | None, now: datetime, mails: bool = True
) -> tuple[Invitation, str]:
    """Replace a person's open invitation by a new one; with the token that only its link knows."""
    Invitation.objects.filter(person=person, accepted_at__isnull=True, withdrawn_at__isnull=True).update(
        withdrawn_at=now
    )
    token = new_token()
    invitation = Invitation.objects.create(
        person=person,
        email_key=person.email_key,
        role=role,
        token_hash=hash_of(token),
        invited_by=by,
        sent_at=now,
        expires_at=now + LASTS,
    )
    if mails:
        mail_invitation(invitation, token)
    return invitation, token


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, zone: str = "", now: datetime) -> User:
    """Take up an account: a name, an own password; its address is proved by the link.

    password: as checked by the form. zone: the browser's, kept if we know it. Works once, also for two at
    once. Raises NotOpen, DomainError on "name".
    """
    invitation = open_invitation(token, now)
    taken = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True
    ).update(accepted_at=now)
    if not taken:
        invitation.refresh_from_db()  # somebody was faster
        raise _closed(invitation)
    person = User.objects.select_for_update(no_key=True).get(pk=invitation.person_id)
    _require_invitable(person)
    person.name = clean_name(name)
    person.set_password(password)
    person.joined_at = now
    if zone in available_timezones():
        person.zone, person.zone_asked_at = zone, now
    person.save(update_fields=["name", "password", "joined_at", "zone", "zone_asked_at"])
    EmailAddress.objects.update_or_create(
        user=person, email=person.email.lower(), defaults={"verified": True, "primary": True}
    )
    audit.record("person.joined", by=person, thing=person, at=now)
    return person


def open_invitation(token: str, now: datetime) -> Invitation:
    """The invitation that a link's token opens. Raises NotOpen, which says why it doesn't."""
    invitation = (
        Invitation.objects.select_related("person", "invited_by").filter(token_hash=hash_of(token)).first()
    )
    if invitation is None:
        raise NotOpen(_("This link is not complete, or it was never ours."), code="invitation_unknown")
    is_open = invitation.accepted_at is None and invitation.withdrawn_at is None
    same_address = invitation.email_key == invitation.person.email_key
    if not is_open or not same_address or not invitation.person.is_invited:
        raise _closed(invitation)
    if not invitation.person.is_active:
        raise NotOpen(_("This account is closed."), code="invitation_withdrawn")
    if invitation.expires_at <= now:
        raise NotOpen(
            _("This link was good for 7 days, and they are over. Ask for a new one."),
            code="invitation_expired",
        )
    return invitation


def _require_invitable(person: User) -> None:
    if not person.is_invited:
        raise NotOpen(_("This account was taken up already."), code="invitation_used")
    if not person.is_active:
        raise NotOpen(_("This account is closed."), code="invitation_withdrawn")


def _closed(invitation: Invitation) -> NotOpen:
    if invitation.accepted_at is not None or not invitation.person.is_invited:
        return NotOpen(
            _("This link was used already. Sign in with the password that was chosen then."),
            code="invitation_used",
        )
    return NotOpen(
        _("This link was withdrawn, or a newer one was sent. Look for the newest mail or ask for one."),
        code="invitation_withdrawn",
    )
