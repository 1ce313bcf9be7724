"""Classes that could not stay at the hour that was typed when their zone's clock rules changed, since teacher
or Zoom was taken then: found, and told once to whoever can move them, for as long as that is to be done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.access.rules import teachers_of
from eduraise.accounts.models import User
from eduraise.classes.messages import page_of
from eduraise.classes.models import Change, ClassQuerySet, ClassSession
from eduraise.classes.picking import TICKED
from eduraise.classes.queries import changeable_by
from eduraise.classes.words import when_words
from eduraise.notifications import registry
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Message
from eduraise.programs.enums import Permission
from eduraise.ui import times
from eduraise.ui.letters import Letter

KEPT = "class.clocks_kept"
#: That a class was left at its instant is a change of this name: from the hour that was typed to the one that
#: clocks show now.
FIELD = "clocks"
#: So many are named in one message; the rest are counted.
NAMED = 5


def register_kinds() -> None:
    """Name the kind to the room that sends it."""
    registry.register(
        KEPT,
        label=gettext_lazy("A class lost its hour when clock rules changed"),
        words=words,
        still_true=lambda message, now: bool(allowed([message], now)),
        allowed=allowed,
    )


def kept(now: datetime) -> ClassQuerySet:
    """The coming classes that clocks brought to another hour, and that nobody has moved since."""
    left = Change.objects.filter(session=OuterRef("pk"), field=FIELD, undone_at__isnull=True)
    moved = Change.objects.filter(
        session=OuterRef("session"), field="time", undone_at__isnull=True, version__gt=OuterRef("version")
    )
    return ClassSession.objects.coming(now).filter(Exists(left.filter(~Exists(moved))))


def tell(session: ClassSession, edition: str, now: datetime) -> None:
    """Tell whoever can move a class that it lost its hour: once for its program and an edition of the zone
    database. Within the caller's transaction."""
    program = session.program
    admins = User.objects.filter(is_admin=True, is_active=True)
    people = [session.teacher, *teachers_of(program, now, permission=Permission.EDIT), *admins]
    tell_all(
        people=dict.fromkeys(people),
        kind=KEPT,
        fact_key=f"{program.uid}:{edition}:kept",
        thing_uid=program.uid,
        program_uid=program.uid,
        now=now,
    )


def allowed(messages: Sequence[Message], now: datetime) -> set[int]:
    """Those whose reader teaches or may move a class of which this still holds."""
    return set(_left_of(messages, now))


def words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To teachers, and to whoever may move their classes."""
    return {pk: _letter(found, now) for pk, found in _left_of(messages, now).items()}


def _left_of(messages: Sequence[Message], now: datetime) -> dict[int, list[ClassSession]]:
    """The classes that each message speaks of by now; two queries for each reader."""
    prefetch_related_objects(messages, "person")
    people = {message.person for message in messages}
    programs = {message.program_uid for message in messages}
    found: dict[tuple[int, UUID], list[ClassSession]] = defaultdict(list)
    for person in people:
        for session in _left_for(person, programs, now):
            found[person.pk, session.program.uid].append(session)
    return {
        message.pk: classes
        for message in messages
        if message.program_uid and (classes := found.get((message.person_id, message.program_uid)))
    }


def _left_for(person: User, programs: Iterable[UUID | None], now: datetime) -> list[ClassSession]:
    own = Q(pk__in=ClassSession.objects.visible_to(person, now).filter(teacher=person).values("pk"))
    may_move = Q(pk__in=changeable_by(person, Permission.EDIT, now).values("pk"))
    rows = kept(now).filter(own | may_move, program__uid__in=list(programs)).annotate(may_move=may_move)
    return list(rows.select_related("program", "teacher").order_by("starts_at", "pk"))


def _letter(sessions: Sequence[ClassSession], now: datetime) -> Letter:
    number, first = len(sessions), sessions[0]
    city, program = times.city(first.zone), first.program.title
    said = ngettext(
        "When clocks in %(city)s changed otherwise than expected, %(n)d class could not stay at its hour:"
        " teacher or Zoom is taken then.",
        "When clocks in %(city)s changed otherwise than expected, %(n)d classes could not stay at their hour:"
        " teacher or Zoom is taken then.",
        number,
    )
    facts = [(session.teacher.name, when_words(session, now)) for session in sessions[:NAMED]]
    if number > NAMED:
        facts.append((_("And"), ngettext("%(n)d more", "%(n)d more", number - NAMED) % {"n": number - NAMED}))
    verb, path = _way_out([session for session in sessions if getattr(session, "may_move", False)], first)
    return Letter(
        title=ngettext(
            "%(n)d class of “%(program)s” lost its hour",
            "%(n)d classes of “%(program)s” lost their hour",
            number,
        )
        % {"n": number, "program": program},
        sentences=(said % {"city": city, "n": number}, _("Nothing else happens to it by itself.")),
        facts=tuple(facts),
        verb=verb,
        path=path,
        why=_("You get this because you teach in %(program)s, or schedule its classes.")
        % {"program": program},
    )


def _way_out(movable: Sequence[ClassSession], first: ClassSession) -> tuple[str, str]:
    """The button: to move them, or to look at the first."""
    if not movable:
        return _("See the class"), page_of(first)
    if len(movable) == 1:
        return _("Move it"), reverse("classes:change", args=[movable[0].code])
    number = len(movable)
    address = reverse("classes:move_several")
    picked = urlencode([(TICKED, session.code) for session in movable])
    return ngettext("Move %(n)d class", "Move %(n)d classes", number) % {"n": number}, f"{address}?{picked}"
