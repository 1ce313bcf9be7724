"""Classes that nobody can hold: their teacher is gone, or their Zoom user is. Those who can mend it are told.

Admins hear once a day of each teacher and each Zoom user whose classes are left, with how many they are; and
once more of a class that begins within the hour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.enums import Attention
from eduraise.classes.models import ClassSession
from eduraise.classes.words import when_words
from eduraise.core import queue
from eduraise.notifications import registry
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter
from eduraise.zoom.enums import HostState

UNHELD, SOON = "class.unheld", "class.unheld_soon"
# So far ahead classes are looked at; the board of what needs somebody shows more
AHEAD = timedelta(days=30)
# A class that begins within this is told by itself
NEAR = timedelta(hours=1)
# So many classes are named in a message, and looked at in a turn
NAMED, MOST = 20, 1000
HOST = "occurrence__meeting__host"
TEACHER, USER = "teacher", "host"


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    kinds: tuple[tuple[str, str | Promise], ...] = (
        (UNHELD, gettext_lazy("Classes that nobody can hold")),
        (SOON, gettext_lazy("A class that begins soon and that nobody can hold")),
    )
    for kind, label in kinds:
        registry.register(kind, label=label, words=words, still_true=still_true, allowed=registry.admins)


def tell_unheld(now: datetime) -> dict[str, int]:
    """Tell the admins of classes that nobody can hold, each fact once; how many messages."""
    found = queue.found(_unheld(now), MOST)
    admins = list(User.objects.filter(is_admin=True, is_active=True)) if found else []
    causes = dict.fromkeys(map(_of, found))
    told = sum(_tell(admins, UNHELD, uid, f"{what}:{uid}:{now:%Y-%m-%d}", now) for what, uid in causes)
    near = [session for session in found if session.starts_at <= now + NEAR]
    soon = sum(_tell(admins, SOON, one.uid, f"{one.uid}:{one.starts_at.isoformat()}", now) for one in near)
    return {"causes": told, "soon": soon}


def _unheld(now: datetime) -> QuerySet[ClassSession]:
    """A lost connection is told otherwise, to whoever lost it; here only before a class."""
    coming = ClassSession.objects.coming(now).filter(starts_at__lt=now + AHEAD)
    is_gone = Q(**{f"{HOST}__state": HostState.GONE}) | Q(starts_at__lte=now + NEAR)
    no_host = Q(attention=Attention.HOST_LOST) & is_gone
    found = queries.needing_attention(coming, now).filter(Q(attention=Attention.NO_TEACHER) | no_host)
    return found.select_related("teacher", "program", HOST)


def _of(session: ClassSession) -> tuple[str, UUID]:
    """Who is missing: the teacher, or the Zoom user."""
    if session.attention == Attention.NO_TEACHER or session.occurrence is None:
        return TEACHER, session.teacher.uid
    return USER, session.occurrence.meeting.host.uid


def _tell(people: Sequence[User], kind: str, uid: UUID, fact: str, now: datetime) -> int:
    return len(tell_all(people=people, kind=kind, fact_key=fact, thing_uid=uid, now=now))


def still_true(message: Message, now: datetime) -> bool:
    """Whether there still is such a class."""
    return bool(_classes([message], now)[message.pk])


def words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To admins: how many classes, whose, and the first of them."""
    found = _classes(messages, now)
    return {one.pk: _letter(one.kind, found[one.pk], now) for one in messages if found[one.pk]}


def _classes(messages: Sequence[Message], now: datetime) -> Mapping[int, list[ClassSession]]:
    """The classes of each message that nobody can hold even now."""
    found = list(_unheld(now)[:MOST])
    return {
        message.pk: [
            one for one in found if message.thing_uid == (one.uid if message.kind == SOON else _of(one)[1])
        ]
        for message in messages
    }


def _letter(kind: str, classes: Sequence[ClassSession], now: datetime) -> Letter:
    number, first = len(classes), classes[0]
    title = ngettext("%(n)d class that nobody can hold", "%(n)d classes that nobody can hold", number)
    if kind == SOON:
        title = _("“%(topic)s” begins soon, and nobody can hold it")
    more = number - NAMED
    facts = [(one.topic, when_words(one, now)) for one in classes[:NAMED]]
    if more > 0:
        facts.append((ngettext("And %(n)d more", "And %(n)d more", more) % {"n": more}, _("see them all")))
    return Letter(
        title=title % {"n": number, "topic": first.topic},
        sentences=(_why(first), _("Each can be given to another teacher; its link stays the same.")),
        facts=tuple(facts),
        verb=_("See them") if kind == UNHELD else _("See the class"),
        path=f"{reverse('classes:list')}?tab=attention"
        if kind == UNHELD
        else reverse("classes:detail", args=[first.code]),
        why=_("You get this because you are an admin here."),
    )


def _why(session: ClassSession) -> str:
    if _of(session)[0] == TEACHER:
        return _("%(name)s doesn’t teach there any more.") % {"name": session.teacher.name}
    assert session.occurrence
    return _("Nobody can start what is held on %(email)s.") % {"email": session.occurrence.meeting.host.email}
