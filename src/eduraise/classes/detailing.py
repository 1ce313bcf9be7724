"""One class as its page shows it to one reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.access.rules import may_see
from eduraise.accounts.models import User
from eduraise.classes import elsewhere, histories, looked_over, lost_hosts
from eduraise.classes.addresses import door_url, page_of, restore_address
from eduraise.classes.enums import ClassState
from eduraise.classes.handing import may_give
from eduraise.classes.joining import (
    Door,
    Standing,
    can_be_started,
    door_of,
    is_recorded,
    opens_at,
    start_opens_at,
)
from eduraise.classes.models import Change, ClassSession, OtherLink
from eduraise.classes.queries import Hearers, hearers_of, place_in_program, standing_moves
from eduraise.classes.rows import chip_of
from eduraise.classes.rules import setting_rules
from eduraise.classes.settings_words import LABELS, value_words
from eduraise.classes.snapshots import read_span
from eduraise.classes.spare_rooms import spare_host_of
from eduraise.classes.states import has_paused, running_since
from eduraise.classes.troubles import BOOK, MOVABLE, Mend, Trouble, trouble_of
from eduraise.classes.words import live_words, when_words
from eduraise.classes.zoom_settings import settings_at_zoom
from eduraise.core import hooks
from eduraise.programs.enums import Audience, Permission
from eduraise.programs.models import Material
from eduraise.programs.queries import enrolled_counts
from eduraise.programs.timetable_models import SyllabusTopic
from eduraise.programs.timetable_queries import topic_at
from eduraise.zoom import losses, preflight, registering, spent
from eduraise.zoom.models import ZoomUser

# The board is for what is about to be: from here on a class's page has one
NEAR = timedelta(hours=1)
# So many lines of its history stand open
OPEN_MOMENTS = 12


@dataclass(frozen=True)
class SettingLine:
    """One setting as Zoom answered it, or as it is wanted until then. differs: Zoom has it otherwise than the
    class wants, which an account's own settings can do in silence."""

    label: str
    value: str
    is_required: bool
    differs: bool


class Detail:
    """What is shown of one class; each part is read when it is first asked for."""

    def __init__(self, session: ClassSession, standing: Standing, reader: User, now: datetime) -> None:
        self.session, self.standing, self.reader, self.now = session, standing, reader, now

    @cached_property
    def acts(self) -> list[hooks.Act]:
        """What rooms above offer to do with it."""
        return hooks.class_acts.ask(**self._asked)

    @property
    def can_be_replaced(self) -> bool:
        """Whether somebody else can be found to teach it."""
        return any(act.replaces for act in self.acts)

    @cached_property
    def parts(self) -> list[hooks.PagePart]:
        """What rooms above have to say of it, to those who work on it."""
        if not self.works_on_it:
            return []
        return hooks.class_parts.ask(**self._asked)

    @cached_property
    def on_board(self) -> hooks.OnBoard | None:
        """What a room above puts on its board while it is on, for those who work on it."""
        is_led_elsewhere = self.session.other_link and self.session.other_room is None
        if not self.works_on_it or self.state != ClassState.LIVE or is_led_elsewhere:
            return None
        return next(iter(hooks.class_board.ask(**self._asked)), None)

    @cached_property
    def words(self) -> list[hooks.PagePart]:
        """What rooms above say of it to everybody who may know of it."""
        return hooks.class_words.ask(**self._asked)

    @property
    def _asked(self) -> dict[str, Any]:
        """What rooms above are asked about: the class, who reads, and what she is to it."""
        return {
            "session": self.session,
            "person": self.reader,
            "standing": self.standing,
            "now": self.now,
        }

    @cached_property
    def sections(self) -> list[hooks.PagePart]:
        """What rooms above show of it to those who work on it; students none of it."""
        if not self.works_on_it:
            return []
        return hooks.class_sections.ask(
            session=self.session,
            person=self.reader,
            standing=self.standing,
            sees_program=self.sees_program,
            now=self.now,
        )

    @cached_property
    def open_sections(self) -> list[hooks.PagePart]:
        """What rooms above show of it to whoever may see it, students too."""
        return hooks.class_open_sections.ask(**self._asked)

    @property
    def state(self) -> str:
        """Its shown state."""
        return self.session.shown_state

    @property
    def chip(self) -> str:
        """Which chip says its state; "" for what is normal."""
        if self.trouble and self.state not in (ClassState.CANCELLED, ClassState.LIVE):
            return "attention"
        chip = chip_of(self.session, self.now)
        return "ended" if self.state == ClassState.ENDED and not chip else chip

    @cached_property
    def door(self) -> Door:
        """How its door stands."""
        return door_of(self.session, self.now)

    @property
    def opens_at(self) -> datetime:
        """When this reader's door opens."""
        return start_opens_at(self.session) if self.standing.may_start else opens_at(self.session)

    @property
    def works_on_it(self) -> bool:
        """Whether the reader has to do with how it is held: its teachers, and admins."""
        return bool(self.standing.permissions) or self.standing.is_admin

    @property
    def has_paused(self) -> bool:
        """Whether it was on and has ended in Zoom before its time was over."""
        return has_paused(self.session, self.now)

    @property
    def is_open(self) -> bool:
        """Whether this reader can go in, or start it."""
        if self.standing.may_start:
            return can_be_started(self.session, self.now)
        return self.standing.may_enter and self.door.is_open

    @property
    def books_again(self) -> Mend | None:
        """What this reader can do where there is nothing to start or to join any more; else None."""
        mends = self.trouble.mends if self.trouble and self.session.is_gone else ()
        return next((mend for mend in mends if mend.choice == BOOK), None)

    @property
    def is_doubted(self) -> bool:
        """Whether Zoom didn't find its meeting, and is to be asked again; for those who work on it."""
        occurrence = self.session.occurrence
        if occurrence is None or not self.works_on_it or self.session.is_gone:
            return False
        return occurrence.meeting.missing_reads > 0

    @property
    def has_board(self) -> bool:
        """Whether it is near enough to stand on the board."""
        is_held = self.state not in (ClassState.CANCELLED, ClassState.ENDED)
        return is_held and self.door is not Door.PROGRAM_OVER and self.now >= self.opens_at - NEAR

    @property
    def board_state(self) -> str:
        """The board's first line where it isn't how long it is until the start."""
        if self.session.other_link:
            return _("Held elsewhere") if self.now >= self.session.starts_at else ""
        if self.state == ClassState.LIVE:
            return live_words(self.began_at, self.now)
        return _("Ended in Zoom") if self.has_paused else ""

    @cached_property
    def began_at(self) -> datetime | None:
        """Since when it is on, as Zoom told; one query."""
        return running_since(self.session)

    @cached_property
    def other_link(self) -> OtherLink | None:
        """By which it is held instead of its meeting, where it is; one query then."""
        if not self.session.other_link:
            return None
        return OtherLink.objects.select_related("by").filter(pk=self.session.other_link).first()

    @property
    def has_no_way_in(self) -> bool:
        """Whether it is on in another meeting, to which nobody can be led."""
        return self.door is Door.OTHER_ROOM

    @property
    def may_give_other_link(self) -> bool:
        """Whether this reader may lead its people elsewhere at present, and back."""
        return elsewhere.may_lead(self.standing, self.session, self.now)

    @cached_property
    def spare_host(self) -> str:
        """The host of the room to which one press of this reader's leads its people, "" where there is none,
        or they are led elsewhere already."""
        if self.session.other_link or not self.may_give_other_link:
            return ""
        return spare_host_of(self.session)

    @cached_property
    def preflight(self) -> str:
        """What the last look at Zoom came to; for who hosts it and admins, while the class is ahead and
        nothing has changed since."""
        occurrence = self.session.occurrence
        if occurrence is None or not self.standing.sees_zoom:
            return ""
        if not looked_over.is_told(self.session, self.now) or self._is_looked_over_before():
            return ""
        return preflight.line(occurrence)

    def _is_looked_over_before(self) -> bool:
        """Whether what the last look found may be so no longer: what differed was settled, or something
        stands in its way of which that look knew nothing."""
        occurrence = self.session.occurrence
        assert occurrence is not None
        if not occurrence.check_codes:
            return bool(self.trouble) or self.is_doubted
        return looked_over.with_settled(ClassSession.objects.filter(pk=self.session.pk)).get().settled_since

    @cached_property
    def registered(self) -> str:
        """How many students Zoom knows by name, or why none; "" where the program doesn't want it."""
        occurrence = self.session.occurrence
        if occurrence is None or not self.standing.sees_zoom:
            return ""
        if not self.session.program.class_settings.registers_students:
            return ""
        return registering.words_of(occurrence.meeting)

    @property
    def preflight_is_ready(self) -> bool:
        """Whether that look found nothing to mend."""
        return bool(self.session.occurrence and not self.session.occurrence.check_codes)

    @property
    def shared_host(self) -> ZoomUser | None:
        """The shared host that holds it, for who hosts it and admins; None on somebody's own Zoom."""
        if self.session.occurrence is None or not self.standing.sees_zoom:
            return None
        host = lost_hosts.host_of(self.session)
        return None if losses.has_owner(host) else host

    @cached_property
    def waits_until(self) -> datetime | None:
        """When a booking or change of it goes to Zoom, whose limit of the day is used up; None if none waits
        for that."""
        occurrence = self.session.occurrence
        return spent.meeting_waits_until(occurrence.meeting, self.now) if occurrence is not None else None

    @property
    def refreshes_every(self) -> int:
        """Seconds after which the page looks again by itself; 0 for never."""
        if self.state in (ClassState.BEING_BOOKED, ClassState.SILENT):
            return 20 if self.waits_until else 3
        return 20 if self.has_board else 0

    @property
    def mark(self) -> str:
        """Changes when what is shown may have changed."""
        parts = (
            self.session.version,
            self.state,
            self.has_paused,
            self.session.attention,
            self.door,
            self.is_open,
            self.is_doubted,
            self.session.other_link,
            self.session.other_room,
            *(part.mark for part in self.parts),
            self.on_board.mark if self.on_board else "",
        )
        minute = int(self.now.timestamp() // 60) if self.has_board else 0
        return "-".join(str(part) for part in (*parts, minute))

    @cached_property
    def move(self) -> Change | None:
        """Its last move that stands, with what its people were told of it; None if it was never moved."""
        if self.session.version == 1:
            return None
        return standing_moves().filter(session=self.session).order_by("-version").first()

    @property
    def moved_from(self) -> tuple[datetime, datetime] | None:
        """The hours that it had before its last move, if they were others and it is still to be held."""
        if self.move is None or self.state in (ClassState.CANCELLED, ClassState.ENDED):
            return None
        before = read_span(self.move.before)
        return before if before[0] != self.session.starts_at else None

    @cached_property
    def trouble(self) -> Trouble | None:
        """What is in its way; students are spared it."""
        if not self.works_on_it:
            return None
        return trouble_of(
            self.session,
            self.reader,
            self.now,
            may_edit=self.standing.may(Permission.EDIT),
            may_give=self.may_give,
            others=lost_hosts.others_of(self.session) if self.session.attention in MOVABLE else (),
        )

    @property
    def may_edit(self) -> bool:
        """Whether this reader can change it at present."""
        return self._is_changeable and self.standing.may(Permission.EDIT)

    @cached_property
    def may_give(self) -> bool:
        """Whether this reader can give it to another teacher at present."""
        if not self.may_edit or self.state == ClassState.LIVE:
            return False
        return may_give(self.reader, self.session.program, self.now)

    @property
    def may_cancel(self) -> bool:
        """Whether this reader can cancel it at present."""
        is_live = self.state == ClassState.LIVE
        return self._is_changeable and not is_live and self.standing.may(Permission.CANCEL)

    @property
    def restore_url(self) -> str:
        """Where this reader can have it back, as it is cancelled and its time has not come; else ""."""
        is_ahead = self.state == ClassState.CANCELLED and self.session.starts_at > self.now
        if not is_ahead or not self.standing.may(Permission.CANCEL):
            return ""
        return restore_address([self.session], page_of(self.session))

    @property
    def _is_changeable(self) -> bool:
        return self.state not in (ClassState.CANCELLED, ClassState.ENDED)

    @cached_property
    def place(self) -> tuple[int, int] | None:
        """Which class of its program it is, of how many; None for one that isn't held."""
        return None if self.state == ClassState.CANCELLED else place_in_program(self.session)

    @cached_property
    def syllabus_topic(self) -> SyllabusTopic | None:
        """What the syllabus has for it: of the k-th class that isn't cancelled, the k-th topic."""
        if not self.session.lesson:
            return None
        return topic_at(self.session.program_id, self.session.held_before + 1)

    @property
    def title(self) -> str:
        """What it is called, with that topic."""
        return self.session.title

    @property
    def program_url(self) -> str:
        """Its program's page, for whoever may open that: not for somebody who stands in for one class."""
        return reverse("programs:page", args=[self.session.program.code]) if self.sees_program else ""

    @cached_property
    def sees_program(self) -> bool:
        """Whether this reader may open its program's page."""
        return may_see(self.reader, self.session.program, self.now)

    @property
    def link(self) -> str:
        """The one link that everybody gets."""
        return door_url(self.session)

    @property
    def invitation(self) -> str:
        """A text to paste into a message; our link, none of Zoom's."""
        session = self.session
        lines = [
            session.topic,
            f"{session.program.title}, {session.teacher.name}",
            when_words(session, self.now),
            "",
            _("Join: %(link)s") % {"link": self.link},
            _("The link stays the same, even if the class moves."),
        ]
        return "\n".join(lines)

    @cached_property
    def enrolled(self) -> int:
        """How many are enrolled."""
        return enrolled_counts([self.session.program_id], self.now).get(self.session.program_id, 0)

    @cached_property
    def hearers(self) -> Hearers:
        """Who hears that it is cancelled: nobody of one that was never announced."""
        return hearers_of([self.session.program], self.now) if self.session.told_booked else Hearers()

    @cached_property
    def history(self) -> list[histories.Moment]:
        """What happened."""
        may_undo = bool(self.restore_url) if self.session.cancelled_at else self.standing.may(Permission.EDIT)
        return histories.history_of(self.session, self.standing, self.now, may_undo=may_undo)

    @property
    def lately(self) -> list[histories.Moment]:
        """The last of it, which stands open."""
        return self.history[:OPEN_MOMENTS]

    @property
    def earlier(self) -> list[histories.Moment]:
        """What was before, folded: a register that is marked by hand has a line for each student."""
        return self.history[OPEN_MOMENTS:]

    @property
    def is_recorded(self) -> bool:
        """Whether people must be told that it is recorded: of a class that takes place."""
        return self.session.cancelled_at is None and is_recorded(self.session)

    @cached_property
    def settings(self) -> list[SettingLine]:
        """Its settings, as Zoom answered them where it did."""
        rules = setting_rules(self.session.program.class_settings)
        wanted = self.session.chosen_settings
        answered: dict[str, Any] = {}
        if self.session.occurrence is not None:
            answered = settings_at_zoom(self.session.occurrence.meeting)
        return [
            SettingLine(
                label=str(LABELS[name]),
                value=value_words(name, answered.get(name, wanted.get(name, rule.value))),
                is_required=rule.is_locked,
                differs=name in answered and answered[name] != wanted.get(name, rule.value),
            )
            for name, rule in rules.items()
        ]

    @property
    def topic_materials(self) -> list[Material]:
        """What goes with its topic of the syllabus."""
        topic = self.syllabus_topic
        return [one for one in self._all_materials if topic and one.topic_id == topic.pk]

    @property
    def materials(self) -> list[Material]:
        """What else the program gives its people to read."""
        topic = self.syllabus_topic
        return [one for one in self._all_materials if not (topic and one.topic_id == topic.pk)]

    @cached_property
    def _all_materials(self) -> list[Material]:
        rows = Material.objects.present().filter(program=self.session.program, assignment__isnull=True)
        if not self.works_on_it:
            rows = rows.filter(visible_to=Audience.STUDENTS)
        return list(rows.order_by("position", "pk"))
