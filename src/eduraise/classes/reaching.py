"""What a change of several classes of a series would do, in sentences: said before it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.classes.being_there import Question, Teaching, question_of
from eduraise.classes.changing import Edit
from eduraise.classes.checking import check
from eduraise.classes.models import ClassSession
from eduraise.classes.queries import hearers_of
from eduraise.classes.series_parts import Part
from eduraise.classes.settings_words import LABELS
from eduraise.classes.several import Chosen
from eduraise.classes.shifting import local_of
from eduraise.classes.times import read_local, zone_named
from eduraise.classes.together import Wish, needs_another_meeting, wish_of
from eduraise.core.errors import DomainError
from eduraise.ui import times


def sentences_of_edit(session: ClassSession, part: Part, edit: Edit, now: datetime) -> list[str]:
    """What an edit of one class would do to a part of its series. A few queries."""
    try:
        wish = wish_of(session, edit)
    except DomainError as problem:
        return [problem.message]
    if wish.is_nothing:
        return [_("Nothing differs yet: what you change here is changed in all of them.")]
    return [*_what(session, part, wish, now), told_words(part, now), *_at_zoom(part, wish)]


def can_be_undone(session: ClassSession, part: Part, edit: Edit) -> bool:
    """Whether such an edit can be taken back for the usual time."""
    try:
        return not needs_another_meeting(part, wish_of(session, edit))
    except DomainError:
        return True


def question_of_edit(
    session: ClassSession, part: Part, edit: Edit, reader: User, now: datetime
) -> Question | None:
    """What is to be asked before the classes go where their teachers are not there."""
    try:
        wish = wish_of(session, edit)
    except DomainError:
        return None
    if wish.starts_at is None:
        return None
    moved = _moved(session, part, wish)
    wanted = [Teaching(one.session.teacher, *one.span) for one in moved]
    return question_of(wanted, program=session.program, reader=reader, now=now)


def sentences_of_giving(part: Part, teacher: User | None, now: datetime) -> list[str]:
    """What giving a part of a series to somebody would do."""
    number = len(part.classes)
    name = teacher.name if teacher else _("another teacher")
    words = ngettext("%(n)d class gets %(name)s.", "%(n)d classes get %(name)s.", number)
    return [
        words % {"n": number, "name": name},
        told_words(part, now),
        _(
            "At Zoom they get a recurring meeting on the new teacher’s account, and the former one ends "
            "before them some ten minutes later. Each class keeps its link."
        ),
    ]


def sentences_of_cancelling(part: Part, now: datetime) -> list[str]:
    """What cancelling a part of a series would do."""
    number = len(part.classes)
    calls = 1 if part.is_whole else number
    return [
        ngettext("%(n)d class is cancelled.", "%(n)d classes are cancelled.", number) % {"n": number},
        told_words(part, now),
        _("At Zoom the whole meeting is deleted.")
        if part.is_whole
        else ngettext(
            "At Zoom its date is removed, with %(n)d call.",
            "At Zoom their dates are removed, with %(n)d calls.",
            calls,
        )
        % {"n": calls},
    ]


def told_words(part: Part, now: datetime) -> str:
    """Who hears of it, each once."""
    if not any(one.told_booked for one in part.classes):
        return _("Nobody was told of them yet, so no student is told.")
    number = hearers_of(part.series.program, now).told
    if not number:
        return _("No student is told.")
    return ngettext("%(n)d student gets one message.", "%(n)d students get one message each.", number) % {
        "n": number
    }


def _what(session: ClassSession, part: Part, wish: Wish, now: datetime) -> Iterator[str]:
    number = len(part.classes)
    if wish.starts_at is not None:
        yield from _moving(session, part, wish, now)
    if wish.topic is not None:
        yield ngettext(
            "%(n)d class gets the title “%(topic)s”.", "%(n)d classes get the title “%(topic)s”.", number
        ) % {"n": number, "topic": wish.topic}
    changed = [str(LABELS[name]) for name in wish.settings]
    if wish.description is not None:
        changed.append(_("Description"))
    if changed:
        yield ngettext("Changed in %(n)d class: %(what)s.", "Changed in %(n)d classes: %(what)s.", number) % {
            "n": number,
            "what": ", ".join(changed),
        }


def _moving(session: ClassSession, part: Part, wish: Wish, now: datetime) -> Iterator[str]:
    assert wish.starts_at is not None
    number = len(part.moving)
    before, after = session.starts_at, wish.starts_at
    words = ngettext(
        "%(n)d class moves from %(before)s to %(after)s.",
        "%(n)d classes move, this one from %(before)s to %(after)s, the others as far.",
        number,
    )
    yield words % {
        "n": number,
        "before": times.day_and_span(before, None, zone_named(session.zone), now),
        "after": times.day_and_span(after, None, zone_named(wish.zone), now),
    }
    if part.kept:
        yield ngettext(
            "%(n)d that was put elsewhere keeps its hour.",
            "%(n)d that were put elsewhere keep their hours.",
            len(part.kept),
        ) % {"n": len(part.kept)}
    clashes = [each for each in check(_moved(session, part, wish), now) if not each.is_possible]
    if clashes:
        first = clashes[0]
        at = times.day_and_span(first.chosen.span[0], None, zone_named(wish.zone), now)
        yield ngettext(
            "%(n)d of them can’t: %(at)s. %(why)s",
            "%(n)d of them can’t, the first %(at)s: %(why)s",
            len(clashes),
        ) % {"n": len(clashes), "at": at, "why": first.problem}


def _moved(session: ClassSession, part: Part, wish: Wish) -> list[Chosen]:
    """Each that moves, as far as the one."""
    assert wish.starts_at is not None
    local = wish.starts_at.astimezone(zone_named(wish.zone))
    days = local.date() - local_of(session).date()
    chosen = []
    for one in part.moving:
        on = local_of(one).date() + days
        start = read_local(datetime.combine(on, local.time()), wish.zone).at
        chosen.append(Chosen(one, one.version, start, wish.duration))
    return chosen


def _at_zoom(part: Part, wish: Wish) -> Iterator[str]:
    if needs_another_meeting(part, wish):
        yield _(
            "At Zoom they get a meeting of their own, and the former one ends before them some ten minutes "
            "later. Each class keeps its link."
        )
    elif part.is_whole and (wish.topic is not None or wish.settings):
        yield _("At Zoom the meeting is changed with one call.")
    elif wish.topic is not None:
        yield _("Zoom itself goes on showing “%(topic)s”: it has one title for all dates of a series.") % {
            "topic": part.series.meeting.wanted_topic
        }
