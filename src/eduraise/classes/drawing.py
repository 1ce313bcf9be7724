"""The rows of lists of classes in HTML.

A list has one for each class, so they are drawn in Python, and what all of them have in common once: as
templates they were most of what a list costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.template import Context
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.classes.addresses import door_path, door_url, page_of
from eduraise.classes.models import ClassSession
from eduraise.classes.rows import Row
from eduraise.ui import parts, times
from eduraise.ui.chips import chip, tag
from eduraise.ui.components import NOTHING, fresh_id, now_of
from eduraise.ui.html import filled
from eduraise.ui.icons import icon_svg
from eduraise.zoom import preflight


@dataclass(frozen=True)
class Page:
    """What all rows of one page have in common: who reads it, when, and the words of their buttons."""

    context: Context

    @cached_property
    def reader(self) -> int:
        """The reader's key."""
        key: int = self.context["request"].user.pk
        return key

    @cached_property
    def now(self) -> datetime:
        """The page's hour."""
        now: datetime = now_of(self.context)
        return now

    @cached_property
    def csrf(self) -> SafeString:
        """What every form holds."""
        token = self.context["csrf_token"]
        return filled('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)

    @cached_property
    def change(self) -> SafeString:
        """The words of a menu's first line."""
        return filled("{}{}", icon_svg("pencil"), _("Change"))

    @cached_property
    def copy(self) -> SafeString:
        """Those of its second."""
        return filled("{}<span>{}</span>", icon_svg("copy"), _("Copy link"))

    @cached_property
    def copied(self) -> str:
        """What is said when that was done."""
        return _("Copied")

    @cached_property
    def more(self) -> str:
        """What a menu's button is called."""
        return _("More about %(title)s")

    @cached_property
    def cancel(self) -> SafeString:
        """Those of its last."""
        return filled("{}{}", icon_svg("x"), _("Cancel this class"))


def teacher_rail(context: Context, rows: Iterable[Row]) -> SafeString:
    """A day's classes for somebody who teaches."""
    return _rail(context, rows, _teacher_row)


def student_rail(context: Context, rows: Iterable[Row]) -> SafeString:
    """The same for a student."""
    return _rail(context, rows, _student_row)


def _rail(context: Context, rows: Iterable[Row], draw: Callable[[Page, Row], SafeString]) -> SafeString:
    page = Page(context)
    drawn = SafeString("".join(draw(page, row) for row in rows))
    return parts.rail(context, content=drawn, attrs=NOTHING)


def _teacher_row(page: Page, row: Row) -> SafeString:
    session = row.session
    own = session.teacher_id == page.reader
    about = filled(
        "{}{}{}{}",
        tag(session.program.code),
        _whose(page, session) if session.absent else "" if own else _teacher(session),
        _of_teacher(row),
        moved_chip(row.moved_from, session) if row.moved_from else "",
    )
    state = "attention" if row.trouble else row.chip
    end = filled(
        "{}{}{}",
        chip(state) if state else _looked_over(row),
        _start(page, row) if row.action == "start" else "",
        _menu(page, session) if row.may_change else "",
    )
    return _row(page, row, about, end)


def _student_row(page: Page, row: Row) -> SafeString:
    session = row.session
    about = filled(
        "{}{}{}{}{}",
        tag(session.program.code),
        _teacher(session),
        filled("<span>{}</span>", _cancelled(session)) if row.is_cancelled else "",
        moved_chip(row.moved_from, session) if row.moved_from else "",
        _opens(row.opens_at, session, page.now) if row.opens_at else "",
    )
    end = filled(
        "{}{}",
        chip(row.chip) if row.chip else "",
        _go(page, row, f"{door_path(session)}/join", _("Join")) if row.action == "join" else "",
    )
    return _row(page, row, about, end)


def _row(page: Page, row: Row, about: SafeString, end: SafeString) -> SafeString:
    session = row.session
    return parts.row(
        page.context,
        title=session.title,
        href=page_of(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        class_zone=session.zone,
        state=row.node,
        pick=row.pick,
        pick_form="several",
        end=end,
        content=about,
    )


def _teacher(session: ClassSession) -> SafeString:
    return filled("<span><bdi>{}</bdi></span>", session.teacher.name)


def _whose(page: Page, session: ClassSession) -> SafeString:
    """Who takes it for whom: "for Tariq" to the substitute, "Tove, for you" to him."""
    key, name = session.absent or (0, "")
    if key == page.reader:
        return filled("<span>{}</span>", _("%(name)s, for you") % {"name": session.teacher.name})
    words = {"name": session.teacher.name, "absent": name}
    own = session.teacher_id == page.reader
    return filled("<span>{}</span>", (_("for %(absent)s") if own else _("%(name)s, for %(absent)s")) % words)


def _of_teacher(row: Row) -> str:
    if row.is_cancelled:
        said = row.session.cancel_message
        return filled("<span>“{}”</span>", said) if said else ""
    enrolled = row.enrolled or 0
    said = row.trouble or ngettext("%(n)s enrolled", "%(n)s enrolled", enrolled) % {"n": enrolled}
    if row.is_ready is False and row.session.occurrence is not None:
        return filled("<span>{}</span><span>{}</span>", said, preflight.line(row.session.occurrence))
    return filled("<span>{}</span>", said)


def _looked_over(row: Row) -> SafeString | str:
    """What the last look at Zoom before it came to, where that is told."""
    if row.is_ready is None:
        return ""
    return chip("checked", _("Ready at Zoom")) if row.is_ready else chip("attention", _("Not ready at Zoom"))


def _cancelled(session: ClassSession) -> str:
    by, said = session.cancelled_by, session.cancel_message
    words = _("Cancelled by %(name)s") % {"name": by.name} if by else _("Cancelled")
    return f"{words}: “{said}”" if said else words


def _start(page: Page, row: Row) -> SafeString:
    words = _("Rejoin") if row.chip == "live" else _("Start")
    return _go(page, row, page_of(row.session, "start"), words)


def _go(page: Page, row: Row, href: str, words: str) -> SafeString:
    kind = "now" if row.is_now else "plain"
    return filled(
        '<form method="post" action="{}" target="_blank">{}{}</form>',
        href,
        page.csrf,
        parts.button(page.context, kind=kind, size="sm", icon="video", content=words),
    )


def _menu(page: Page, session: ClassSession) -> SafeString:
    lines = filled(
        '<a href="{}">{}</a>'
        '<button type="button" class="btn" data-copy="{}" data-copied="{}">{}</button>'
        '<span id="{}" hidden>{}</span><hr><a class="danger" href="{}">{}</a>',
        page_of(session, "change"),
        page.change,
        part := fresh_id(page.context, "copied"),
        page.copied,
        page.copy,
        part,
        door_url(session),
        page_of(session, "cancellation"),
        page.cancel,
    )
    more = page.more % {"title": session.topic}
    return parts.menu(page.context, label=more, size="sm", kind="quiet", content=lines)


def moved_chip(moved_from: datetime, session: ClassSession) -> SafeString:
    """ "Moved from 16:00", with the day where it was another."""
    place = timezone.get_current_timezone()
    before = moved_from.astimezone(place)
    words = times.clock_time(moved_from, place)
    if before.date() != session.starts_at.astimezone(place).date():
        words = f"{date_format(before, 'D j M')}, {words}"
    return chip("moved", _("Moved from %(time)s") % {"time": words})


def _opens(opens_at: datetime, session: ClassSession, now: datetime) -> SafeString:
    """ "Join opens at 17:50"; nothing for a class of another day, whose hour says enough."""
    place = timezone.get_current_timezone()
    words = ""
    if opens_at.astimezone(place).date() == now.astimezone(place).date():
        words = _("Join opens at %(time)s") % {"time": times.clock_time(opens_at, place)}
    return filled('<span class="why">{}</span>', words)
