"""What is in the way of a class, in words, with the one thing to do about it and whose that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes import lost_hosts
from eduraise.classes.claims import clashes
from eduraise.classes.enums import Attention, DifferenceField
from eduraise.classes.models import ClassSession
from eduraise.classes.noticing import open_difference, zooms_hours
from eduraise.classes.refusals import Mender, Refusal, refusal_of
from eduraise.classes.words import at_words, span_words
from eduraise.zoom import preflight
from eduraise.zoom.enums import OPEN_STATES, HostKind
from eduraise.zoom.guarding import guard_words
from eduraise.zoom.losses import Loss
from eduraise.zoom.models import ZoomUser


@dataclass(frozen=True)
class Mend:
    """One button. posts: it changes something at once; else it leads to a page. choice: its value."""

    verb: str | Promise
    url: str
    posts: bool = False
    choice: str = ""


@dataclass(frozen=True)
class Trouble:
    """tone: "bad" or "warn". fact: what is so of this very class; the detail holds for all with this reason.
    field: of the class's form, where Zoom refused something in it. owner: who can mend it; mends: what the
    reader can do, best first, none if it is another's to do."""

    reason: str
    tone: str
    title: str
    detail: str
    fact: str
    field: str
    owner: Mender
    mends: tuple[Mend, ...]


def trouble_of(
    session: ClassSession,
    reader: User,
    now: datetime,
    *,
    may_edit: bool,
    may_give: bool = False,
    others: Sequence[ZoomUser] = (),
) -> Trouble | None:
    """What is in the way of a class of `with_states`, as `reader` is told it; None if nothing is.

    may_edit: whether the reader may change this class at present; may_give: or give it to another teacher.
    others: `lost_hosts.others_of`, where the page has room for all ways out.
    """
    reason = session.attention
    if not reason:
        return None
    field = _refusal(session).field if reason in REFUSED else ""
    fact, mends = "", _mends(session, reader, may_edit, may_give)
    if reason == Attention.TIME_DIFFERS:
        fact, mends = _moved(session, mends, now)
    elif reason == Attention.UNSAFE:
        fact = _unguarded(session, now)
    elif reason == Attention.TOO_FEW_SEATS and session.occurrence is not None:
        fact = preflight.seats_words(session.occurrence)
    elif reason == Attention.HOST_LOST and (other := lost_hosts.other_host(session)) is not None:
        fact, mends = _elsewhere(session, other), _anew(session, mends) if may_edit else []
    elif reason in MOVABLE and may_edit and any(host.kind == HostKind.POOL for host in others):
        mends = _to_shared(session, mends)
    return Trouble(
        reason=reason,
        tone="warn" if reason in WARNINGS else "bad",
        title=_title(session),
        detail=_detail(session),
        fact=fact,
        field=field,
        owner=owner_of(session),
        mends=tuple(mends),
    )


def brief_of(session: ClassSession) -> str:
    """What is in the way of a class of `with_states`, in two sentences for a list; "" if nothing is. Without
    a query, where its host and that one's account are read along."""
    return f"{_title(session)}. {_detail(session)}" if session.attention else ""


def _moved(session: ClassSession, mends: list[Mend], now: datetime) -> tuple[str, list[Mend]]:
    """When it is at Zoom, and whether that can be: hours in which its teacher is taken are no choice."""
    hours = zooms_hours(session)
    if hours is None:
        return "", mends
    fact = _("In Zoom it is now %(when)s.") % {"when": span_words(*hours, now)}
    if not clashes(session.teacher, *hours, now, but=session.uid).exists():
        return fact, mends
    taken = _("%(name)s teaches another class then.") % {"name": session.teacher.name}
    return f"{fact} {taken}", [mend for mend in mends if mend.choice != "take"]


def _unguarded(session: ClassSession, now: datetime) -> str:
    """What it is without at Zoom, and what came of asking again, if somebody did."""
    found = open_difference(session, DifferenceField.UNSAFE)
    if found is None:
        return ""
    fact = guard_words(found.zooms.get("codes", []))
    if not found.ours.get("asked_at"):
        return fact
    if session.occurrence and session.occurrence.meeting.operations.filter(state__in=OPEN_STATES).exists():
        return f"{fact} {_('Zoom is being asked to set it back.')}"
    asked = at_words(datetime.fromisoformat(found.ours["asked_at"]), now)
    refused = _(
        "Zoom was asked again (%(when)s) and left it so. The Zoom admin can see whether the account forbids"
        " it."
    )
    return f"{fact} {refused % {'when': asked}}"


def _elsewhere(session: ClassSession, other: ZoomUser) -> str:
    words = {"name": session.teacher.name, "email": other.email}
    return _("%(name)s has connected another Zoom user since, %(email)s.") % words


def _anew(session: ClassSession, mends: list[Mend]) -> list[Mend]:
    url = reverse("classes:difference", args=[session.code])
    anew = Mend(_("Book it anew"), url, posts=True, choice="anew")
    return [anew, *(mend for mend in mends if mend.url != reverse("zoom:connect"))]


# The choice by which a meeting that is gone is replaced
BOOK = "book"


def _to_shared(session: ClassSession, mends: list[Mend]) -> list[Mend]:
    """Beside what its owner can mend, and before what only others can."""
    url = reverse("classes:difference", args=[session.code])
    shared = Mend(_("Move it to a shared host"), url, posts=True, choice="anew")
    first = [mend for mend in mends if mend.url == reverse("zoom:connect")]
    return [*first, shared, *(mend for mend in mends if mend not in first)]


# With these another host is a way out
MOVABLE = (Attention.HOST_LOST, Attention.CUT_SHORT)
WARNINGS = (Attention.CUT_SHORT, Attention.TOO_FEW_SEATS, Attention.TIME_DIFFERS, Attention.UNSAFE)
REFUSED = (Attention.NOT_BOOKED, Attention.REFUSED, Attention.STILL_AT_ZOOM)


def owner_of(session: ClassSession) -> Mender:
    """Who can mend what is in the way: its teacher, or an admin."""
    reason = session.attention
    if reason in (Attention.NO_TEACHER, Attention.TOO_FEW_SEATS):
        return Mender.ADMIN
    if reason == Attention.HOST_LOST:
        return lost_hosts.MENDERS[lost_hosts.loss_of(session)]
    return _refusal(session).mender if reason in REFUSED else Mender.TEACHER


def _refusal(session: ClassSession) -> Refusal:
    return refusal_of(session.zoom_said)


def _title(session: ClassSession) -> str:
    name = session.teacher.name
    if session.attention == Attention.HOST_LOST:
        return lost_hosts.title(session)
    return {
        Attention.NO_TEACHER: _("%(name)s doesn’t teach in this program any more") % {"name": name},
        Attention.NOT_BOOKED: _("It isn’t booked at Zoom"),
        Attention.REFUSED: _("Zoom refused the last change"),
        Attention.STILL_AT_ZOOM: _("It is cancelled here, but still at Zoom"),
        Attention.GONE: _("The meeting was deleted in Zoom"),
        Attention.TIME_DIFFERS: _("The meeting was moved in Zoom"),
        Attention.WEBINAR: _("The meeting was turned into a webinar in Zoom"),
        Attention.UNSAFE: _("The meeting is less guarded in Zoom than it should be"),
        Attention.HOST_FULL: _("This Zoom user holds another class at the same time"),
        Attention.TOO_FEW_SEATS: _("More students are enrolled than Zoom lets in"),
        Attention.CUT_SHORT: _("Zoom will end this class after 40 minutes"),
    }[Attention(session.attention)]


def _detail(session: ClassSession) -> str:
    reason = Attention(session.attention)
    if reason in REFUSED:
        return str(_refusal(session).sentence)
    if reason is Attention.HOST_LOST:
        return lost_hosts.detail(session)
    return {
        Attention.NO_TEACHER: _(
            "It needs another teacher, or to be cancelled. A lead or an admin can give it to one."
        ),
        Attention.GONE: _(
            "Nobody can come in. Students who open the link wait here, and are let in once the class is"
            " booked again."
        ),
        Attention.TIME_DIFFERS: _("Students still see the time that stands here."),
        Attention.WEBINAR: _(
            "Students would come in as an audience. Booked again, it is a meeting; the link stays the same."
            " Delete the webinar in Zoom."
        ),
        Attention.UNSAFE: _(
            "Whoever has its Zoom link can come in more easily. Zoom was asked to set it back and left it so."
        ),
        Attention.HOST_FULL: _("The Zoom account’s plan holds one meeting at once. Move one of the two."),
        Attention.TOO_FEW_SEATS: _(
            "Whoever comes last stays outside. The Zoom admin can give the host a larger licence, or the"
            " class is held twice."
        ),
        Attention.CUT_SHORT: _("The Zoom user has the Basic licence. Shorten the class, or get a licence."),
    }[reason]


def _mends(session: ClassSession, reader: User, may_edit: bool, may_give: bool) -> list[Mend]:
    reason = Attention(session.attention)
    if reason is Attention.HOST_LOST:
        return _of_lost(session, reader) + _giving(session, may_edit, may_give)
    if reason is Attention.NO_TEACHER and may_edit and may_give:
        return _giving(session, may_edit, may_give) + _choices(session, reason)
    return _choices(session, reason) if may_edit else []


def _of_lost(session: ClassSession, reader: User) -> list[Mend]:
    """What this reader can mend of a lost host: her own connection, or an admin the account."""
    loss = lost_hosts.loss_of(session)
    if loss is Loss.ACCOUNT:
        return [Mend(_("Mend the account"), reverse("zoom:account"))] if reader.is_admin else []
    if loss is Loss.USER or session.teacher_id != reader.pk:
        return []
    return [Mend(_("Connect Zoom again"), reverse("zoom:connect"))]


def _giving(session: ClassSession, may_edit: bool, may_give: bool) -> list[Mend]:
    give = Mend(_("Give it to another teacher"), reverse("classes:teacher", args=[session.code]))
    return [give] if may_edit and may_give else []


def _choices(session: ClassSession, reason: Attention) -> list[Mend]:
    at = [session.code]
    change = Mend(_("Change the class"), reverse("classes:change", args=at))
    cancel = Mend(_("Cancel the class"), reverse("classes:cancellation", args=at))
    again = Mend(_("Try again"), reverse("classes:booking", args=at), posts=True, choice="retry")
    difference = reverse("classes:difference", args=at)
    program = reverse("programs:page", args=[session.program.code])
    return {
        Attention.NO_TEACHER: [cancel],
        Attention.NOT_BOOKED: [again, change],
        Attention.REFUSED: [change, again],
        Attention.STILL_AT_ZOOM: [again],
        Attention.GONE: [Mend(_("Book again"), difference, posts=True, choice=BOOK), cancel],
        Attention.TIME_DIFFERS: [
            Mend(_("Take Zoom’s time"), difference, posts=True, choice="take"),
            Mend(_("Restore ours"), difference, posts=True, choice="restore"),
        ],
        Attention.WEBINAR: [Mend(_("Book again"), difference, posts=True, choice=BOOK), cancel],
        Attention.UNSAFE: [
            Mend(_("Set it back"), difference, posts=True, choice="guard"),
            Mend(_("Keep it so"), difference, posts=True, choice="unguard"),
        ],
        Attention.HOST_FULL: [change],
        Attention.TOO_FEW_SEATS: [Mend(_("See the program"), program)],
        Attention.CUT_SHORT: [change],
    }[reason]
