"""Leading a class's people elsewhere while its meeting at Zoom can't be used, by the same link, and back."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.classes.addresses import door_path
from eduraise.classes.changing import ClassOver
from eduraise.classes.enums import ClassState
from eduraise.classes.joining import Standing
from eduraise.classes.lessons import name_lessons
from eduraise.classes.messages import facts_of, may_know
from eduraise.classes.models import ClassSession, JoinClick, OtherLink
from eduraise.classes.queries import students_told
from eduraise.classes.states import state_of
from eduraise.classes.told import classes_of, keep
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.notifications import registry
from eduraise.notifications.actions import tell_all, withdraw
from eduraise.notifications.models import Message
from eduraise.programs.enums import Permission
from eduraise.ui.letters import Letter

KIND = "class.elsewhere"
LONGEST = 500
# A class isn't led elsewhere long before it begins: Zoom may be well by then
AHEAD = timedelta(hours=24)
OVER = (ClassState.CANCELLED, ClassState.ENDED)
# Names of machines that mean nothing, or something else, at a student's home
LOCAL = ("localhost", "local", "internal", "lan", "home.arpa", "invalid", "test")


class LinkUnfit(DomainError):
    """An address that people can't be sent to."""

    code = "link_unfit"

    def __init__(self, words: str) -> None:
        super().__init__(words, field="url")


def register_kinds() -> None:
    """Name the kind to the room that sends it."""
    registry.register(
        KIND,
        label=gettext_lazy("A class is held elsewhere, not in Zoom"),
        words=words_of,
        still_true=is_still_elsewhere,
        allowed=may_know,
    )


def may_lead(standing: Standing, session: ClassSession, now: datetime) -> bool:
    """Whether somebody may give another link for a class of `with_states`, or end it: who teaches it or may
    change it, from a day before until it is over."""
    if standing.is_over or session.shown_state in OVER or now < session.starts_at - AHEAD:
        return False
    return standing.may_start or standing.may(Permission.EDIT)


@transaction.atomic
def give_other_link(
    *, session: ClassSession, url: str, by: User, now: datetime, tell_at: datetime | None = None
) -> OtherLink:
    """Lead a class's people elsewhere from now on; those enrolled are told once. An earlier such link ends.

    url: as it was typed. tell_at: from when on they are told; None for at once. Nothing is asked of Zoom,
    whose silence may be the reason. Raises LinkUnfit, ClassOver.
    """
    address, host = checked(url)
    current = _locked(session)
    if state_of(current, now).shown_state in OVER:
        raise ClassOver(_("This class is over: nobody can be led into it any more."))
    _end_open(current, by, now)
    link = OtherLink(session=current, shown_host=host, by=by, at=now)
    link.url = address
    link.save()
    name_lessons([current], now)
    tell_all(
        people=[*_teachers_but(current, by), *students_told(current.program, now)],
        kind=KIND,
        fact_key=f"{link.uid}",
        thing_uid=current.uid,
        program_uid=current.program.uid,
        data={"link": link.pk, **keep(current)},
        not_before=tell_at,
        stale_at=current.ends_at,
        now=now,
    )
    _record("class.led_elsewhere", link, by, now)
    return link


@transaction.atomic
def end_other_link(*, session: ClassSession, by: User, now: datetime) -> None:
    """Lead a class's people into Zoom again. Raises Changed if that was done already."""
    if not _end_open(_locked(session), by, now):
        raise Changed(_("This was ended already."))


@transaction.atomic
def take_back_other_link(*, session: ClassSession, by: User, now: datetime, given_since: datetime) -> None:
    """End it; where it was given since then and nobody went there, leave no trace of it but in the audit log:
    nobody is told, and the class was never held elsewhere. Raises Changed if it was ended already."""
    current = _locked(session)
    link = OtherLink.objects.filter(session=current, ended_at__isnull=True).first()
    if link is None or not _end_open(current, by, now):
        raise Changed(_("This was ended already."))
    went = JoinClick.objects.filter(session=current, way=JoinClick.Way.OTHER, at__gte=link.at)
    if link.at >= given_since and not went.exists():
        withdraw(thing_uid=current.uid, fact_key=f"{link.uid}", now=now)
        link.delete()


def held_elsewhere(sessions: Iterable[ClassSession]) -> set[int]:
    """Of some classes, the keys of those of which a part was held elsewhere: Zoom doesn't know who came
    there, so that their registers are marked by hand. One query."""
    return set(
        OtherLink.objects.filter(session__in=[session.pk for session in sessions]).values_list(
            "session_id", flat=True
        )
    )


def checked(typed: str) -> tuple[str, str]:
    """An address as people are sent to it, and its host in letters that machines read. Raises LinkUnfit."""
    text = typed.strip()
    if not text or len(text) > LONGEST or any(not one.isprintable() or one.isspace() for one in text):
        raise LinkUnfit(_("Paste the whole link; it begins with https://"))
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii").rstrip(".")
    except ValueError as problem:
        raise LinkUnfit(_("This is no link. Copy it once more.")) from problem
    if parts.scheme != "https":
        raise LinkUnfit(_("Give a link that begins with https://"))
    if parts.username is not None or parts.password is not None or "\\" in text:
        raise LinkUnfit(_("This link hides where it leads. Copy it from where the meeting was made."))
    if port not in (None, 443) or not _is_public_name(host):
        raise LinkUnfit(_("This link leads to no place on the web that everybody reaches."))
    if host == urlsplit(settings.BASE_URL).hostname:
        raise LinkUnfit(_("This link leads back here. Paste the link of the other meeting."))
    return parts._replace(netloc=host).geturl(), host


def _is_public_name(host: str) -> bool:
    labels = host.split(".")
    if len(labels) < 2 or not all(labels) or labels[-1].isdigit() or labels[-1] in LOCAL:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return all(label.replace("-", "").isalnum() for label in labels)
    return False


def _locked(session: ClassSession) -> ClassSession:
    rows = ClassSession.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("program", "teacher").get(pk=session.pk)


def _end_open(session: ClassSession, by: User, now: datetime) -> bool:
    """Under the class's lock."""
    link = OtherLink.objects.filter(session=session, ended_at__isnull=True).first()
    if link is None:
        return False
    OtherLink.objects.filter(pk=link.pk).update(ended_at=max(now, link.at), ended_by=by)
    _record("class.led_back", link, by, now)
    return True


def _teachers_but(session: ClassSession, by: User) -> list[User]:
    return [] if session.teacher_id == by.pk else [session.teacher]


def _record(verb: str, link: OtherLink, by: User, now: datetime) -> None:
    # its host alone: who holds the link may come in
    audit.record(
        verb,
        by=by,
        thing=link.session,
        at=now,
        program_uid=link.session.program.uid,
        after={"host": link.shown_host},
    )


def is_still_elsewhere(message: Message, now: datetime) -> bool:
    """Whether that very link stands, and the class is still to be held."""
    open_links = OtherLink.objects.filter(pk=message.data["link"], ended_at__isnull=True)
    return open_links.filter(session__cancelled_at__isnull=True, session__ends_at__gt=now).exists()


def words_of(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To those enrolled: go in by the same link, which leads elsewhere."""
    sessions = classes_of(messages)
    links = OtherLink.objects.in_bulk([message.data["link"] for message in messages])
    return {
        message.pk: _letter(sessions[message.pk], links[message.data["link"]], now)
        for message in messages
        if message.pk in sessions and message.data["link"] in links
    }


def _letter(session: ClassSession, link: OtherLink, now: datetime) -> Letter:
    words: dict[str, Any] = {"topic": session.topic, "host": link.shown_host}
    is_ended = link.ended_at is not None
    return Letter(
        title=(
            _("“%(topic)s” is held in another Zoom meeting") % words
            if link.is_in_zoom
            else _("“%(topic)s” is held elsewhere, not in Zoom") % words
        ),
        sentences=(
            _("That is over: the class’s link leads into Zoom again.")
            if is_ended
            else _("The class’s link is the same. It leads to %(host)s now.") % words,
        ),
        facts=facts_of(session, now),
        verb=_("Open the class"),
        path=door_path(session),
        why=_("You get this because you belong to %(program)s.") % {"program": session.program.title},
    )
