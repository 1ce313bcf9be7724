"""Whose Zoom user is whose, where the organisation's account serves: said by an admin, ended by an admin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.notifications import registry
from eduraise.notifications.actions import tell
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter
from eduraise.zoom import wholeaccount
from eduraise.zoom.enums import HostKind, HostState, Licence
from eduraise.zoom.models import ZoomAccount, ZoomOperation, ZoomUser
from eduraise.zoom.wholeaccount import AlreadyLinked, NotInAccount

LINKED = "zoom.account_linked"


def register_kinds() -> None:
    """Name the kind to the room that sends it."""
    registry.register(
        LINKED,
        label=gettext_lazy("Your classes run on the organisation’s Zoom account"),
        words=linked_words,
        still_true=lambda message, _now: ZoomUser.objects.filter(  # type: ignore[misc]
            uid=message.thing_uid, teacher=message.person, by_account=True
        ).exists(),
        allowed=registry.everyone,
    )


@transaction.atomic
def link(*, host: ZoomUser, teacher: User, by: User, now: datetime) -> ZoomUser:
    """Let the account's app answer for a teacher's classes on her Zoom user there; she is told.

    Raises AlreadyLinked (hers or the host's), NotInAccount where the account doesn't serve the host.
    """
    row = (
        ZoomUser.objects.select_for_update(no_key=True, of=("self",))
        .select_related("account")
        .get(pk=host.pk)
    )
    _require_served(row)
    if row.kind != HostKind.PERSON or row.teacher_id not in (None, teacher.pk):
        raise AlreadyLinked(_("%(email)s is somebody else’s, or shared.") % {"email": row.email})
    if ZoomUser.objects.filter(teacher=teacher).exclude(pk=row.pk).exists():
        raise AlreadyLinked(_("%(name)s has a Zoom connection already.") % {"name": teacher.name})
    if row.teacher_id == teacher.pk and row.is_usable:
        return row
    try:
        with transaction.atomic():
            ZoomUser.objects.filter(pk=row.pk).update(teacher=teacher, suggested_teacher=None, **served(now))
    except IntegrityError:  # she connected another one at the same moment
        raise AlreadyLinked(_("%(name)s has a Zoom connection already.") % {"name": teacher.name}) from None
    resume(row, now)
    audit.record("zoom.account_link", by=by, thing=row, at=now, after={"teacher_uid": str(teacher.uid)})
    tell(person=teacher, kind=LINKED, fact_key=f"{row.uid}/{teacher.uid}", thing_uid=row.uid, by=by, now=now)
    row.refresh_from_db()
    return row


def served(now: datetime) -> dict[str, object]:
    """How a host stands that lives by its account."""
    return {
        "by_account": True,
        "state": HostState.CONNECTED,
        "state_since": now,
        "state_reason": "",
        "wake_at": now,
    }


def resume(host: ZoomUser, now: datetime) -> None:
    """What waited for this host goes on."""
    ZoomOperation.objects.filter(meeting__host=host, state="pending", next_at__gt=now).update(next_at=now)


def link_all(*, by: User, now: datetime) -> int:
    """Say yes to every suggestion; how many were linked. One that can't be stays as it is."""
    number = 0
    for host in list(wholeaccount.suggestions()):
        assert host.suggested_teacher
        try:
            link(host=host, teacher=host.suggested_teacher, by=by, now=now)
        except (AlreadyLinked, NotInAccount):
            continue
        number += 1
    return number


@transaction.atomic
def dismiss(*, host: ZoomUser, by: User, now: datetime) -> bool:
    """Say no to a suggestion; it isn't made again."""
    done = wholeaccount.suggestions().filter(pk=host.pk).update(not_hers_at=now)
    if done:
        audit.record("zoom.account_link_dismissed", by=by, thing=host, at=now)
    return bool(done)


def link_by_email(*, account: ZoomAccount, email: str, teacher: User, by: User, now: datetime) -> ZoomUser:
    """Link a teacher whose Zoom e-mail is another than hers here. It asks Zoom: outside a transaction.

    Raises NotInAccount, AlreadyLinked, ZoomError.
    """
    return link(host=look_up(account, email, now), teacher=teacher, by=by, now=now)


def look_up(account: ZoomAccount, email: str, now: datetime) -> ZoomUser:
    """The row of an active Zoom user of the account by e-mail. Raises NotInAccount, ZoomError."""
    told = wholeaccount.find_user(account, email.strip(), now)
    if told is None:
        raise NotInAccount(_("Zoom has no user %(email)s in this account.") % {"email": email}, field="email")
    host = wholeaccount.host_of(account, told, now)
    _require_served(host)
    return host


def _require_served(host: ZoomUser) -> None:
    if not host.account.serves:
        raise NotInAccount(_("The organisation’s Zoom account isn’t connected."), field="email")
    if host.in_account_at is None:
        raise NotInAccount(
            _("%(email)s is not active in the organisation’s Zoom account.") % {"email": host.email},
            field="email",
        )
    if host.licence == Licence.NONE:
        raise NotInAccount(
            _("%(email)s has no meetings licence at Zoom.") % {"email": host.email}, field="email"
        )


def linked_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """What that means for the teacher."""
    rows = ZoomUser.objects.filter(uid__in=[message.thing_uid for message in messages])
    hosts = {host.uid: host for host in rows}
    return {
        message.pk: Letter(
            title=_("Your classes run on the organisation’s Zoom account"),
            sentences=(
                _("You can schedule classes; you need not connect Zoom yourself."),
                _("If you connect your own Zoom, that one is used."),
            ),
            facts=((_("Zoom account"), hosts[message.thing_uid].email),),
            verb=_("See the connection"),
            path=reverse("zoom:connect"),
        )
        for message in messages
        if message.thing_uid in hosts
    }
