"""What a change of several classes of a series would do, in sentences: said before it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.classes.being_there import Question, Teaching, question_of
from eduraise.classes.changing import Edit
from eduraise.classes.checking import Verdict, check
from eduraise.classes.giving_checks import check_giving
from eduraise.classes.models import ClassSession
from eduraise.classes.queries import hearers_of
from eduraise.classes.series_forms import label_of
from eduraise.classes.series_parts import Part, Scope
from eduraise.classes.settings_words import LABELS
from eduraise.classes.several import Chosen
from eduraise.classes.shifting import local_of
from eduraise.classes.times import read_local, zone_named
from eduraise.classes.together import Wish, needs_another_meeting, wish_of
from eduraise.classes.words import at_words
from eduraise.core.errors import DomainError
from eduraise.ui import times


@dataclass(frozen=True)
class Reach:
    """What one choice of scope would do. label: the choice as it is named; verb: what its button says."""

    scope: Scope
    label: str
    sentences: list[str]
    verb: str


def sentences_of_edit(
    session: ClassSession, part: Part, edit: Edit, reader: User, now: datetime
) -> list[str]:
    """What an edit of one class would do to a part of its series. A few queries."""
    try:
        wish = wish_of(session, edit)
    except DomainError as problem:
        return [problem.message]
    if wish.is_nothing:
        return [_("Nothing differs yet: what you change here is changed in all of them.")]
    return [*_what(session, part, wish, reader, now), told_words(part, now), *_at_zoom(part, wish)]


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


def reaches_of_giving(
    parts: Mapping[Scope, Part], takers: Sequence[User], reader: User, now: datetime
) -> list[Reach]:
    """What giving each part of a series to another teacher would do, and who can't take it."""
    verb = _("Give %(n)d classes")
    return [
        Reach(
            scope,
            label_of(scope, part),
            [*_sentences_of_giving(part, now), *who_cannot(part.classes, takers, reader, now)],
            verb % {"n": len(part.classes)},
        )
        for scope, part in parts.items()
    ]


def who_cannot(
    classes: Sequence[ClassSession], takers: Sequence[User], reader: User, now: datetime
) -> list[str]:
    """Who can't take these classes as things stand, and why, in sentences; a few queries for all."""
    found = check_giving(classes, takers, reader, now)
    return [_cannot(one, len(classes), found[one.pk], now) for one in takers if one.pk in found]


def _cannot(taker: User, number: int, hindered: Sequence[Verdict], now: datetime) -> str:
    said = {"name": taker.name, "n": len(hindered), "why": hindered[0].problem}
    if number == 1:
        return _("%(name)s can’t take it. %(why)s") % said
    said["at"] = at_words(hindered[0].session.starts_at, now)
    return (
        ngettext(
            "%(name)s can’t take %(n)d of them, %(at)s: %(why)s",
            "%(name)s can’t take %(n)d of them, the first %(at)s: %(why)s",
            len(hindered),
        )
        % said
    )


def reaches_of_cancelling(parts: Mapping[Scope, Part], now: datetime) -> list[Reach]:
    """What cancelling each part of a series would do."""
    verb = _("Cancel %(n)d classes")
    return [
        Reach(
            scope, label_of(scope, part), _sentences_of_cancelling(part, now), verb % {"n": len(part.classes)}
        )
        for scope, part in parts.items()
    ]


def _sentences_of_giving(part: Part, now: datetime) -> list[str]:
    number = len(part.classes)
    return [
        ngettext("%(n)d class gets another teacher.", "%(n)d classes get another teacher.", number)
        % {"n": number},
        told_words(part, now),
        _(
            "At Zoom they get a recurring meeting on the new teacher’s account, and the former one ends "
            "before them once that stands. Each class keeps its link."
        ),
    ]


def _sentences_of_cancelling(part: Part, now: datetime) -> list[str]:
    number = len(part.classes)
    return [
        ngettext("%(n)d class is cancelled.", "%(n)d classes are cancelled.", number) % {"n": number},
        told_words(part, now),
        _("At Zoom the whole meeting is deleted.")
        if part.is_whole
        else ngettext("At Zoom its date is removed.", "At Zoom their dates are removed.", number),
    ]


def told_words(part: Part, now: datetime) -> str:
    """Who hears of it, each once."""
    if not any(one.told_booked for one in part.classes):
        return _("Nobody was told of them yet, so no student is told.")
    return hearers_of([part.series.program], now).words


def _what(session: ClassSession, part: Part, wish: Wish, reader: User, now: datetime) -> Iterator[str]:
    number = len(part.classes)
    if wish.starts_at is not None:
        yield from _moving(session, part, wish, reader, now)
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


def _moving(session: ClassSession, part: Part, wish: Wish, reader: User, now: datetime) -> Iterator[str]:
    assert wish.starts_at is not None
    yield _how_far(session, len(part.moving), wish, now)
    if part.kept:
        yield ngettext(
            "%(n)d that was put elsewhere keeps its hour.",
            "%(n)d that were put elsewhere keep their hours.",
            len(part.kept),
        ) % {"n": len(part.kept)}
    clashes = [each for each in check(_moved(session, part, wish), reader, now) if not each.is_possible]
    if clashes:
        first = clashes[0]
        at = times.day_and_span(first.chosen.span[0], None, zone_named(wish.zone), now)
        yield ngettext(
            "%(n)d of them can’t: %(at)s. %(why)s",
            "%(n)d of them can’t, the first %(at)s: %(why)s",
            len(clashes),
        ) % {"n": len(clashes), "at": at, "why": first.problem}


def _how_far(session: ClassSession, number: int, wish: Wish, now: datetime) -> str:
    """From when to when: by their hours alone where the days stay, as they are the same for all of them."""
    assert wish.starts_at is not None
    zone, to_zone = zone_named(session.zone), zone_named(wish.zone)
    before, after, is_as_long = session.starts_at, wish.starts_at, wish.duration == session.duration
    if zone != to_zone or before.astimezone(zone).date() != after.astimezone(zone).date():
        words = ngettext(
            "%(n)d class moves from %(before)s to %(after)s.",
            "%(n)d classes move, this one from %(before)s to %(after)s, the others as far.",
            number,
        )
        start, end = (
            times.day_and_span(before, None, zone, now),
            times.day_and_span(after, None, to_zone, now),
        )
    elif before == after:
        words = ngettext(
            "%(n)d class lasts %(after)s instead of %(before)s.",
            "%(n)d classes last %(after)s instead of %(before)s.",
            number,
        )
        start, end = times.length(session.duration), times.length(wish.duration)
    else:
        words = ngettext(
            "%(n)d class moves from %(before)s to %(after)s.",
            "%(n)d classes move from %(before)s to %(after)s.",
            number,
        )
        start, end = (
            (times.clock_time(before, zone), times.clock_time(after, zone))
            if is_as_long
            else (
                times.span(before, session.ends_at, zone),
                times.span(after, after + wish.duration, zone),
            )
        )
    return words % {"n": number, "before": start, "after": end}


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
            "At Zoom they get a meeting of their own, and the former one ends before them once that stands. "
            "Each class keeps its link."
        )
    elif part.is_whole and (wish.topic is not None or wish.settings):
        yield _("At Zoom the meeting is changed.")
    elif wish.topic is not None:
        yield _("Zoom itself goes on showing “%(topic)s”: it has one title for all dates of a series.") % {
            "topic": part.series.meeting.wanted_topic
        }
