"""Groups of a class for breakout rooms: put together before it, by hand or at random, and prepared at Zoom
where that is possible."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Case, CharField, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from eduraise.access.rules import students_of
from eduraise.accounts.models import User
from eduraise.accounts.names import by_name
from eduraise.classes.enums import ClassState
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.live.models import LONGEST_NAME, BreakoutGroup, BreakoutMember, BreakoutPlan
from eduraise.programs.enums import Permission
from eduraise.programs.models import Enrolment
from eduraise.zoom.enums import RegistrantState
from eduraise.zoom.live_wishes import want_rooms
from eduraise.zoom.models import Registrant

# The most rooms that every plan has, and people who can be assigned beforehand, as universities' manuals tell
# (https://docs.tlic.cmu.ac.th/cmu-zoom-manual/setting-up-meetings/breakout-room/limitation, read 2026-11-26)
MOST_GROUPS, MOST_PEOPLE = 50, 200
OVER = (ClassState.CANCELLED, ClassState.ENDED)
# By which address Zoom can know a member: their own, once they have taken up their account, which proves it
# theirs; "" for none
_ADDRESS = Case(
    When(person__joined_at__isnull=False, person__is_active=True, then="person__email"),
    default=Value(""),
    output_field=CharField(),
)


class GroupsUnfit(DomainError):
    """Groups that can't be as they were asked for."""

    code = "groups_unfit"


class GroupsChanged(Changed):
    """Somebody else changed the groups meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed the groups meanwhile. They are shown as they stand now."))


@dataclass(frozen=True)
class Group:
    """One group with who is in it and still attends."""

    name: str
    people: list[User] = field(default_factory=list)


@dataclass(frozen=True)
class Groups:
    """The groups of a class. version: 0 where none were ever made. unplaced: who attends and is in none.
    is_shown: students see which one they are in."""

    version: int
    groups: list[Group]
    unplaced: list[User]
    is_shown: bool = False


def may_group(standing: Standing, session: ClassSession) -> bool:
    """Whether somebody may put a class's people into groups: who teaches it or may change it, until it is
    over."""
    if standing.is_over or session.shown_state in OVER:
        return False
    return standing.may_start or standing.may(Permission.EDIT)


def may_look_back(standing: Standing, session: ClassSession) -> bool:
    """Whether somebody may see which groups a class had, now that nothing of them can be changed: the same
    people, where there were any."""
    works = standing.is_admin or Permission.EDIT in standing.permissions
    if not (works or (standing.teaches_it and standing.permissions)):
        return False
    is_over = standing.is_over or session.shown_state in OVER
    return is_over and BreakoutGroup.objects.filter(plan__session=session).exists()


def former_groups(session: ClassSession) -> list[Group]:
    """The groups that a class had, with who was in them then; three queries."""
    rows = BreakoutGroup.objects.filter(plan__session=session).order_by("position")
    members = BreakoutMember.objects.select_related("person").order_by(*by_name("person__"))
    found = rows.prefetch_related(Prefetch("members", queryset=members))
    return [Group(row.name, [one.person for one in row.members.all()]) for row in found]


def groups_of(session: ClassSession, now: datetime) -> Groups:
    """The groups as they stand; who doesn't attend any more is in none. Four queries."""
    plan = BreakoutPlan.objects.filter(session=session).first()
    students = {one.pk: one for one in students_of([session.program], now)}
    if plan is None:
        return Groups(0, [], list(students.values()))
    placed: dict[int, list[User]] = {}
    for group, person in plan.members.values_list("group_id", "person_id"):
        if person in students:
            placed.setdefault(group, []).append(students.pop(person))
    groups = [
        Group(row.name, sorted(placed.get(row.pk, []), key=lambda one: (one.name, one.pk)))
        for row in plan.groups.order_by("position")
    ]
    return Groups(plan.version, groups, list(students.values()), plan.is_shown)


@transaction.atomic
def save_groups(
    *,
    session: ClassSession,
    seen_version: int,
    names: Sequence[str],
    places: Mapping[int, int],
    by: User,
    now: datetime,
    is_shown: bool | None = None,
) -> None:
    """Make the groups of a class these. names: of the groups in order, "" for one without a name, which goes
    if nobody is in it; places: who goes to which, by the person's key and the group's place in `names`;
    is_shown: whether students see theirs, None for as before.

    Raises GroupsUnfit, GroupsChanged.
    """
    attending = {one.pk for one in students_of([session.program], now)}
    kept = {person: place for person, place in places.items() if person in attending}
    tidy = [" ".join(name.split()) for name in names]
    used = [place for place, name in enumerate(tidy) if name or place in kept.values()]
    final = [tidy[place] or _("Group %(n)d") % {"n": number} for number, place in enumerate(used, 1)]
    _require_fit(final)
    plan = _locked(session, seen_version, by, now)
    if is_shown is not None:
        plan.is_shown = is_shown
        plan.save(update_fields=["is_shown"])
    plan.groups.all().delete()
    rows = [BreakoutGroup(plan=plan, name=name, position=number) for number, name in enumerate(final)]
    BreakoutGroup.objects.bulk_create(rows)
    made = dict(zip(used, BreakoutGroup.objects.filter(plan=plan).order_by("position"), strict=True))
    BreakoutMember.objects.bulk_create(
        BreakoutMember(plan=plan, group=made[place], person_id=person) for person, place in kept.items()
    )
    audit.record(
        "class.groups_changed",
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        after={"groups": len(final), "people": len(kept), "is_shown": plan.is_shown},
    )
    _want_at_zoom(session, by, now)


def make_groups(
    *, session: ClassSession, seen_version: int, number: int, size: int, by: User, now: datetime
) -> None:
    """Put everybody who attends into new groups at random: so many groups, or as many as that size needs;
    they differ by one person at most. Raises GroupsUnfit, GroupsChanged."""
    people = [one.pk for one in students_of([session.program], now)]
    if not people:
        raise GroupsUnfit(_("Nobody is enrolled yet."))
    wanted = number or (-(-len(people) // size) if size > 0 else 0)
    if not 1 <= wanted <= len(people):
        words = {"most": len(people)}
        raise GroupsUnfit(_("Choose between 1 and %(most)d groups.") % words, field="number")
    secrets.SystemRandom().shuffle(people)
    save_groups(
        session=session,
        seen_version=seen_version,
        names=[_("Group %(n)d") % {"n": place} for place in range(1, wanted + 1)],
        places={person: turn % wanted for turn, person in enumerate(people)},
        by=by,
        now=now,
    )


def place_late(*, session: ClassSession, seen_version: int, by: User, now: datetime) -> None:
    """Put who is in no group into the smallest ones. Raises GroupsUnfit, GroupsChanged."""
    found = groups_of(session, now)
    if not found.groups:
        raise GroupsUnfit(_("There are no groups yet."))
    places = {one.pk: place for place, group in enumerate(found.groups) for one in group.people}
    sizes = [len(group.people) for group in found.groups]
    for person in found.unplaced:
        smallest = sizes.index(min(sizes))
        places[person.pk] = smallest
        sizes[smallest] += 1
    save_groups(
        session=session,
        seen_version=seen_version,
        names=[group.name for group in found.groups],
        places=places,
        by=by,
        now=now,
    )


def follow_due(now: datetime, limit: int = 100) -> dict[str, int]:
    """Let the groups of up to `limit` coming classes follow their people, at Zoom as well: who doesn't attend
    any more is in none, and who took up their account or has another address since is known by it. Of how
    many."""
    attends = Enrolment.objects.active(now).filter(
        person=OuterRef("person"), program=OuterRef("plan__session__program")
    )
    gone = Q(person__is_active=False) | ~Exists(attends)
    coming = BreakoutMember.objects.filter(
        plan__session__starts_at__gt=now, plan__session__cancelled_at__isnull=True
    )
    behind = coming.filter(gone | ~Q(sent_as=_ADDRESS))
    plans = list(behind.order_by("plan").values_list("plan", flat=True).distinct()[:limit])
    return {"classes": sum(_follow(plan, coming.filter(gone), behind, now) for plan in plans)}


@transaction.atomic
def _follow(
    key: int, gone: QuerySet[BreakoutMember], behind: QuerySet[BreakoutMember], now: datetime
) -> bool:
    """Of one class; False if another process was faster."""
    plan = BreakoutPlan.objects.select_for_update(no_key=True).get(pk=key)
    if not behind.filter(plan=plan).exists():
        return False
    gone.filter(plan=plan).delete()
    session = ClassSession.objects.select_related("program", "occurrence__meeting").get(pk=plan.session_id)
    _want_at_zoom(session, None, now)
    return True


def _require_fit(names: Sequence[str]) -> None:
    if len(names) > MOST_GROUPS:
        raise GroupsUnfit(_("Zoom has room for %(most)d groups at most.") % {"most": MOST_GROUPS})
    for name in names:
        if len(name) > LONGEST_NAME or not name.isprintable():
            words = {"most": LONGEST_NAME}
            raise GroupsUnfit(_("A group’s name can have %(most)d characters at most.") % words)
    if len({name.casefold() for name in names}) < len(names):
        raise GroupsUnfit(_("Two groups have the same name. Give each its own."))


def _locked(session: ClassSession, seen_version: int, by: User, now: datetime) -> BreakoutPlan:
    """The plan, for this process alone until its transaction ends, one version on."""
    BreakoutPlan.objects.bulk_create(
        [BreakoutPlan(session=session, version=0, changed_at=now)], ignore_conflicts=True
    )
    plan = BreakoutPlan.objects.select_for_update(no_key=True).get(session=session)
    if plan.version != seen_version:
        raise GroupsChanged
    plan.version, plan.changed_at, plan.changed_by = seen_version + 1, now, by
    plan.save(update_fields=["version", "changed_at", "changed_by"])
    return plan


def _want_at_zoom(session: ClassSession, by: User | None, now: datetime) -> None:
    """Want the rooms prepared, with the addresses of those whom Zoom can know by them."""
    members = list(BreakoutMember.objects.filter(plan__session=session).annotate(address=_ADDRESS))
    for member in members:
        member.sent_as = member.address
    BreakoutMember.objects.bulk_update(members, ["sent_as"])
    if session.occurrence is None:
        return
    emails = {member.person_id: member.sent_as for member in members if member.sent_as}
    found = groups_of(session, now)
    rooms = [
        {"name": group.name, "emails": [emails[one.pk] for one in group.people if one.pk in emails]}
        for group in found.groups
    ]
    if sum(len(room["emails"]) for room in rooms) <= MOST_PEOPLE:
        want_rooms(occurrence=session.occurrence, rooms=rooms, now=now, by=by)


def registered(session: ClassSession) -> set[int]:
    """Who joins by a link of their own."""
    if session.occurrence is None:
        return set()
    held = (RegistrantState.REGISTERED, RegistrantState.RENEW_WANTED)
    rows = Registrant.objects.filter(meeting=session.occurrence.meeting_id, state__in=held)
    return set(rows.values_list("person_id", flat=True))
