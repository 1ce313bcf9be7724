"""What is in the way of a class, in words, with the one thing to do about it and whose that is."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.enums import Attention
from eduraise.classes.models import ClassSession
from eduraise.classes.refusals import Mender, Refusal, refusal_of


@dataclass(frozen=True)
class Mend:
    """One button. posts: it changes something at once; else it leads to a page. choice: its value."""

    verb: str | Promise
    url: str
    posts: bool = False
    choice: str = ""


@dataclass(frozen=True)
class Trouble:
    """tone: "bad" or "warn". field: of the class's form, where Zoom refused something in it. owner: who can
    mend it; mends: what the reader can do, best first, none if it is another's to do."""

    reason: str
    tone: str
    title: str
    detail: str
    field: str
    owner: Mender
    mends: tuple[Mend, ...]


def trouble_of(
    session: ClassSession, reader: User, *, may_edit: bool, may_give: bool = False
) -> Trouble | None:
    """What is in the way of a class of `with_states`, as `reader` is told it; None if nothing is.

    may_edit: whether the reader may change this class at present; may_give: or give it to another teacher.
    """
    reason = session.attention
    if not reason:
        return None
    field = _refusal(session).field if reason in REFUSED else ""
    return Trouble(
        reason=reason,
        tone="warn" if reason in (Attention.CUT_SHORT, Attention.TIME_DIFFERS) else "bad",
        title=_title(session),
        detail=_detail(session),
        field=field,
        owner=owner_of(session),
        mends=tuple(_mends(session, reader, may_edit, may_give)),
    )


REFUSED = (Attention.NOT_BOOKED, Attention.REFUSED, Attention.STILL_AT_ZOOM)


def owner_of(session: ClassSession) -> Mender:
    """Who can mend what is in the way: its teacher, or an admin."""
    reason = session.attention
    if reason == Attention.NO_TEACHER:
        return Mender.ADMIN
    return _refusal(session).mender if reason in REFUSED else Mender.TEACHER


def _refusal(session: ClassSession) -> Refusal:
    return refusal_of(session.zoom_said)


def _title(session: ClassSession) -> str:
    name = session.teacher.name
    return {
        Attention.NO_TEACHER: _("%(name)s doesn’t teach in this program any more") % {"name": name},
        Attention.HOST_LOST: _("The Zoom connection is gone"),
        Attention.NOT_BOOKED: _("It isn’t booked at Zoom"),
        Attention.REFUSED: _("Zoom refused the last change"),
        Attention.STILL_AT_ZOOM: _("It is cancelled here, but still at Zoom"),
        Attention.GONE: _("The meeting was deleted in Zoom"),
        Attention.TIME_DIFFERS: _("The meeting was moved in Zoom"),
        Attention.HOST_FULL: _("This Zoom user holds another class at the same time"),
        Attention.CUT_SHORT: _("Zoom will end this class after 40 minutes"),
    }[Attention(session.attention)]


def _detail(session: ClassSession) -> str:
    reason = Attention(session.attention)
    if reason in REFUSED:
        return str(_refusal(session).sentence)
    return {
        Attention.NO_TEACHER: _(
            "It needs another teacher, or to be cancelled. A lead or an admin can give it to one."
        ),
        Attention.HOST_LOST: _(
            "Students can still join, but nothing can be started or changed until it is back."
        ),
        Attention.GONE: _("The link doesn’t work any more. Students are told nothing until you choose."),
        Attention.TIME_DIFFERS: _("Students still see the time that stands here."),
        Attention.HOST_FULL: _("The Zoom account’s plan holds one meeting at once. Move one of the two."),
        Attention.CUT_SHORT: _("The Zoom user has the Basic licence. Shorten the class, or get a licence."),
    }[reason]


def _mends(session: ClassSession, reader: User, may_edit: bool, may_give: bool) -> list[Mend]:
    reason = Attention(session.attention)
    if reason is Attention.HOST_LOST:
        own = session.teacher_id == reader.pk
        return [Mend(_("Connect Zoom again"), reverse("zoom:connect"))] if own else []
    if reason is Attention.NO_TEACHER and may_edit and may_give:
        give = Mend(_("Give it to another teacher"), reverse("classes:teacher", args=[session.code]))
        return [give, *_choices(session, reason)]
    return _choices(session, reason) if may_edit else []


def _choices(session: ClassSession, reason: Attention) -> list[Mend]:
    at = [session.code]
    change = Mend(_("Change the class"), reverse("classes:change", args=at))
    cancel = Mend(_("Cancel the class"), reverse("classes:cancellation", args=at))
    again = Mend(_("Try again"), reverse("classes:booking", args=at), posts=True, choice="retry")
    difference = reverse("classes:difference", args=at)
    return {
        Attention.NO_TEACHER: [cancel],
        Attention.NOT_BOOKED: [again, change],
        Attention.REFUSED: [change, again],
        Attention.STILL_AT_ZOOM: [again],
        Attention.GONE: [Mend(_("Book again"), difference, posts=True, choice="book"), cancel],
        Attention.TIME_DIFFERS: [
            Mend(_("Take Zoom’s time"), difference, posts=True, choice="take"),
            Mend(_("Restore ours"), difference, posts=True, choice="restore"),
        ],
        Attention.HOST_FULL: [change],
        Attention.CUT_SHORT: [change],
    }[reason]
