"""Who may go through the door of a class, when it is open, and where it leads.

The one place that reads a meeting's link at Zoom, and only to redirect somebody there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.access.rules import LOOKING_BACK, is_enrolled, permissions_in
from eduraise.accounts.models import User
from eduraise.classes.enums import ClassState
from eduraise.classes.lessons import with_lessons
from eduraise.classes.models import ClassSession, JoinClick, OtherLink
from eduraise.classes.spare_hosts import SPARE_HOSTS
from eduraise.classes.states import at_the_door, has_no_way_in, with_states
from eduraise.classes.zoom_settings import settings_at_zoom
from eduraise.core.errors import DomainError
from eduraise.programs.enums import AutoRecording, Permission
from eduraise.zoom import registering
from eduraise.zoom.enums import RecordingState
from eduraise.zoom.models import ZoomMeeting

# A teacher's own door opens this long before the start, or with the students' if that is earlier.
START_OPENS = timedelta(minutes=15)


class DoorClosed(DomainError):
    """The class can't be entered now; `state` says why."""

    code = "door_closed"

    def __init__(self, state: Door) -> None:
        super().__init__(_("This class can’t be joined now."))
        self.state = state


class Door(models.TextChoices):
    """How the door of a class stands."""

    PROGRAM_OVER = "program_over", gettext_lazy("The program has ended")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    ENDED = "ended", gettext_lazy("Ended")
    BEING_BOOKED = "being_booked", gettext_lazy("Being booked")
    BEFORE = "before", gettext_lazy("Not open yet")
    NOT_READY = "not_ready", gettext_lazy("Not ready at Zoom")
    OTHER_ROOM = "other_room", gettext_lazy("Held in another meeting")
    OPEN = "open", gettext_lazy("Open")
    LIVE = "live", gettext_lazy("Live")

    @property
    def is_open(self) -> bool:
        """Whether people can go in."""
        return self in (Door.OPEN, Door.LIVE)

    @property
    def is_over(self) -> bool:
        """Whether nobody goes in any more."""
        return self in (Door.PROGRAM_OVER, Door.CANCELLED, Door.ENDED)


@dataclass(frozen=True)
class Standing:
    """What a person is to a class. Somebody to whom it is none of these may not know of it."""

    teaches_it: bool
    attends: bool
    is_admin: bool
    permissions: frozenset[str]
    is_over: bool = False

    @property
    def is_known(self) -> bool:
        """Whether this person may know of the class."""
        return self.attends or self.is_admin or bool(self.permissions)

    @property
    def may_enter(self) -> bool:
        """Whether this person belongs in the room: its students, and those who teach or assist."""
        helps = {Permission.HOST, Permission.SEE_ATTENDANCE} & self.permissions
        return self.attends or self.is_admin or bool(helps)

    @property
    def may_start(self) -> bool:
        """Whether this person holds the class: its own teacher alone, while she teaches there."""
        return self.teaches_it and bool(self.permissions) and not self.is_over

    @property
    def sees_zoom(self) -> bool:
        """Whether this person is shown number, passcode and settings of the meeting."""
        return self.is_admin or Permission.HOST in self.permissions

    def may(self, permission: str) -> bool:
        """Whether this person may do something to the class; in an archived program only look back."""
        if self.is_over and permission not in LOOKING_BACK:
            return False
        return self.is_admin or permission in self.permissions


def standing_of(user: User, session: ClassSession, now: datetime) -> Standing:
    """What `user` is to the class at `now`, asked afresh: a right that ended is gone.

    An archived program leaves nobody anything to do but to look back.
    """
    program = session.program
    held = permissions_in(user, program, now, only=session.uid) if user.is_active else frozenset()
    attends = user.is_active and program.opened_at is not None and is_enrolled(user, program, now)
    return Standing(
        teaches_it=session.teacher_id == user.pk,
        attends=attends,
        is_admin=user.is_active and user.is_admin,
        permissions=held,
        is_over=program.archived_at is not None,
    )


def find_class(user: User, code: str, now: datetime) -> ClassSession | None:
    """The class with this code, if `user` may know of it, with its state and all that its pages show."""
    related = (
        "program__class_settings",
        "teacher",
        "created_by",
        "cancelled_by",
        "occurrence__meeting__host__account",
    )
    found = ClassSession.objects.visible_to(user, now).filter(code=code).select_related(*related)
    # a code is one class's: `first` would have the database sort it, and work out the order each time
    shown = with_states(found, now).annotate(**SPARE_HOSTS.at(now, "spare_host"))
    return next(iter(with_lessons(shown, now)), None)


def door_of(session: ClassSession, now: datetime) -> Door:
    """How the door stands for a student; `session` as `find_class` gives it.

    By our clock and our rows alone: no call to Zoom, and no word from it, is needed to let somebody in.
    """
    state = session.shown_state
    if session.program.archived_at is not None:
        return Door.PROGRAM_OVER
    if state == ClassState.CANCELLED:
        return Door.CANCELLED
    if state == ClassState.ENDED:
        return Door.ENDED
    if session.other_link:
        # whatever Zoom says: that it can't be used is why there is one
        return Door.OPEN if now >= opens_at(session) else Door.BEFORE
    if session.other_room is not None:
        # nobody is in its own meeting: whoever went there would wait alone
        return Door.OTHER_ROOM if has_no_way_in(session) else Door.LIVE
    if not has_link(session):
        return Door.BEING_BOOKED
    if state != ClassState.LIVE and now < opens_at(session):
        return Door.BEFORE
    if session.is_gone:
        return Door.NOT_READY
    return Door.LIVE if state == ClassState.LIVE else Door.OPEN


def opens_at(session: ClassSession) -> datetime:
    """When students may enter."""
    return session.opens_at(session.program.class_settings.join_opens_minutes)


def start_opens_at(session: ClassSession) -> datetime:
    """When the teacher may start."""
    return min(session.starts_at - START_OPENS, opens_at(session))


def can_be_started(session: ClassSession, now: datetime) -> bool:
    """Whether its teacher's own door is open: from a little before the students', if the meeting is there;
    also while she holds it in another."""
    door = door_of(session, now)
    if session.other_room is not None and not session.other_link:
        return has_link(session) and not session.is_gone
    return door.is_open or (door is Door.BEFORE and not session.is_gone and now >= start_opens_at(session))


def may_join(user: User, session: ClassSession, now: datetime) -> bool:
    """Whether `user` may go through the door of the class at `now`. Whoever leads people in asks this."""
    return standing_of(user, session, now).may_enter and door_of(session, now).is_open


@dataclass(frozen=True)
class WayIn:
    """Where somebody goes, once. host: of the place where the class is held instead; "" for Zoom."""

    address: str
    host: str = ""


@transaction.atomic
def join(*, user: User, session: ClassSession, now: datetime) -> WayIn:
    """Let somebody in: the address to go to. All is asked again; the click is kept.

    Raises DoorClosed.
    """
    found = ClassSession.objects.visible_to(user, now).filter(pk=session.pk)
    related = ("program__class_settings", "occurrence__meeting")
    current = next(iter(at_the_door(found.select_related(*related), now)), None)
    if current is None or not may_join(user, current, now):
        raise DoorClosed(door_of(current or session, now))
    if current.other_link:
        other = OtherLink.objects.get(pk=current.other_link)
        note_click(current, user, JoinClick.Way.OTHER, now)
        return WayIn(other.url, other.shown_host)
    meeting = _meeting_of(current)
    own = registering.link_of(user, meeting)
    note_click(current, user, JoinClick.Way.OWN if own else JoinClick.Way.COMMON, now)
    address = own or meeting.join_url
    assert address
    return WayIn(address)


def _meeting_of(session: ClassSession) -> ZoomMeeting:
    """The one in which it is held: its own, or another of ours in which it is on."""
    if session.other_room:
        return ZoomMeeting.objects.get(pk=session.other_room)
    assert session.occurrence
    return session.occurrence.meeting


def note_click(session: ClassSession, user: User, way: JoinClick.Way, now: datetime) -> None:
    """Keep that somebody went through the door."""
    JoinClick.objects.create(
        session=session, person=user, at=now, way=way, told_of_recording=is_recorded(session)
    )


def is_recorded(session: ClassSession) -> bool:
    """Whether people must be told, before they enter, that the class is recorded: because it is wanted so,
    because Zoom has its meeting so, or because somebody began to record it by hand. `session` as `find_class`
    gives it."""
    wanted = session.chosen_settings.get("auto_recording", AutoRecording.NONE)
    if wanted != AutoRecording.NONE:
        return True
    if session.occurrence is None:
        return False
    at_zoom = settings_at_zoom(session.occurrence.meeting).get("auto_recording", AutoRecording.NONE)
    return bool(at_zoom != AutoRecording.NONE) or _is_being_recorded(session)


def _is_being_recorded(session: ClassSession) -> bool:
    """Whether Zoom told that a recording goes on; asked only while the class does."""
    if session.shown_state != ClassState.LIVE or session.occurrence is None:
        return False
    goes_on = (RecordingState.ON, RecordingState.PAUSED)
    return session.occurrence.instances.filter(ended_at__isnull=True, recording__in=goes_on).exists()


def has_link(session: ClassSession) -> bool:
    """Whether Zoom gave the class's meeting a link."""
    return session.occurrence is not None and bool(session.occurrence.meeting.join_url)


def zoom_link(session: ClassSession) -> str:
    """The meeting's own link at Zoom: for a redirect, never for a page, a mail or a feed."""
    assert session.occurrence is not None
    link: str | None = session.occurrence.meeting.join_url
    assert link
    return link
