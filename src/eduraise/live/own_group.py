"""The group in which a student is, on the class's page and at its door: her own alone, and only where its
teacher shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from eduraise.access.rules import students_of
from eduraise.accounts.models import User
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core.hooks import PagePart
from eduraise.live.groups import OVER
from eduraise.live.models import BreakoutMember


@dataclass(frozen=True)
class OwnGroup:
    """A group by its name, with the first names of the others in it: nothing that reaches them."""

    name: str
    others: list[str]


def own_group(session: ClassSession, person: User, now: datetime) -> OwnGroup | None:
    """The group of somebody who attends a class, if it is shown to her. Two queries at most."""
    mine = BreakoutMember.objects.filter(plan__session=session, plan__is_shown=True, person=person)
    member = mine.select_related("group").first()
    if member is None:
        return None
    there = students_of([session.program], now).filter(breakout_members__group=member.group_id)
    others = there.exclude(pk=person.pk).values_list("name", flat=True)
    return OwnGroup(member.group.name, [name.split(maxsplit=1)[0] for name in others if name.strip()])


def words(
    *, session: ClassSession, person: User, standing: Standing, now: datetime, **_more: object
) -> Iterator[PagePart]:
    """For who attends, until the class is over."""
    if not standing.attends or session.shown_state in OVER or now >= session.ends_at:
        return
    group = own_group(session, person, now)
    if group is not None:
        mark = f"{group.name}:{','.join(group.others)}"
        yield PagePart(_("Your group"), "live/own_group.html", {"group": group}, mark=mark)
