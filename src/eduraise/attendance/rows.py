"""One student in the register of a class, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance.apart import label_of
from eduraise.attendance.correcting import minutes_of
from eduraise.attendance.enums import Flag, Status
from eduraise.attendance.explaining import explain
from eduraise.attendance.here import Place
from eduraise.attendance.models import Companion, Mark, MarkChange
from eduraise.attendance.strips import Bar
from eduraise.attendance.tray import Answer

if TYPE_CHECKING:
    from eduraise.attendance.sheet import Sheet


#: Of a row: somebody should look at it
CHECK = "check"


@dataclass(frozen=True)
class Row:
    """One student in a register. mark: None before it was first worked out; place: where they are while the
    class is on, None where Zoom didn't tell of them."""

    student: User
    mark: Mark | None
    sheet: Sheet

    @property
    def uid(self) -> str:
        """By what addresses and forms name the student."""
        return str(self.student.uid)

    @property
    def label(self) -> str:
        """Their name, with what tells them from another of that name."""
        return label_of(self.student, self.sheet.apart)

    @property
    def status(self) -> str:
        """The mark that counts, "" for none."""
        return (self.mark.hand_status or self.mark.rule_status) if self.mark else ""

    @property
    def by_rule_label(self) -> str:
        """What the rule says, "" for nothing."""
        return str(Status(self.mark.rule_status).label) if self.mark and self.mark.rule_status else ""

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody said it."""
        return bool(self.mark and self.mark.hand_at)

    @property
    def late_label(self) -> str:
        """What later facts would make of a locked mark, "" for the same."""
        return str(self.mark.get_late_status_display()) if self.mark else ""

    @property
    def is_beside_hand(self) -> bool:
        """Whether somebody's word stands above what became known, so that the mark stays."""
        return bool(self.mark and self.mark.hand_status)

    @property
    def flags(self) -> list[str]:
        """What is to be known of the evidence."""
        return [str(Flag(flag).label) for flag in self.mark.flags] if self.mark else []

    @property
    def is_link_shared(self) -> bool:
        """Whether the personal link was used by two at once."""
        return self.mark is not None and Flag.TWO_PLACES in self.mark.flags

    @property
    def perhaps(self) -> str:
        """Under which name they may have been there, as whom nobody knows."""
        return self.sheet.likely.get(self.student.pk, "")

    @property
    def by_rule(self) -> str:
        """Among which rows theirs stands where those to look at come first: by what the rule says, so that no
        mark set by hand moves it; CHECK where that isn't all, "" until the class is over."""
        if not self.sheet.is_over:
            return ""
        if self.mark is None or self.flags or self.late_label or self.perhaps:
            return CHECK
        return self.mark.rule_status or CHECK

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to see to: present by the rule, and nobody said otherwise."""
        return self.by_rule == Status.PRESENT and not self.is_by_hand

    @property
    def version(self) -> int | str:
        """Which mark was seen, "" for none yet."""
        return self.mark.version if self.mark else ""

    @property
    def minutes(self) -> int | None:
        """Whole minutes that count; None where nothing is known, and before any do."""
        return minutes_of(self.mark) if self.mark and self.sheet.has_begun else None

    @property
    def bars(self) -> list[Bar]:
        """Their time, the waiting first, so that what counts lies on top; on it where they went aside."""
        if self.mark is None:
            return []
        strip = self.sheet.strip
        aside = strip.bars(self.sheet.asides.get(self.student.pk, ()), "r")
        return strip.bars(self.mark.waits, "w") + strip.bars(self.mark.spans) + aside

    @property
    def times_in(self) -> int:
        """How often they came."""
        return len(self.mark.spans) if self.mark else 0

    @property
    def waited_minutes(self) -> int:
        """How long they stood in the waiting room."""
        waits = self.mark.waits if self.mark else []
        return int(sum(ended - began for began, ended in waits)) // 60

    @property
    def late_minutes(self) -> int:
        """How long after its start they came, 0 for in time."""
        came = self.mark.first_in_at if self.mark else None
        return max(0, int((came - self.sheet.session.starts_at).total_seconds()) // 60) if came else 0

    @property
    def place(self) -> Place | None:
        """Where they are while the class is on."""
        return self.sheet.moment.places.get(self.student.pk) if self.sheet.is_running else None

    @property
    def is_missing(self) -> bool:
        """Whether they are expected, and have not come: nobody said otherwise by hand."""
        if not self.sheet.awaits_people or self.place is not None:
            return False
        return not self.has_left_program and not self.is_by_hand and self.status != Status.EXCUSED

    @property
    def has_left_program(self) -> bool:
        """Whether they are enrolled no more, while the class is on."""
        return self.sheet.is_running and self.student.pk not in self.sheet.enrolled

    @property
    def is_nudged(self) -> bool:
        """Whether they were sent the link."""
        return self.sheet.is_running and self.student.pk in self.sheet.moment.nudged

    @property
    def why(self) -> list[str]:
        """Why the mark is what it is."""
        if self.mark is None or self.sheet.register is None:
            return []
        lines = explain(self.mark, self.sheet.register, self.sheet.now)
        aside = self.sheet.asides.get(self.student.pk)
        if aside:
            minutes = sum(ended - began for began, ended in aside) // 60
            lines.append(_("%(n)d minutes of it in breakout rooms, which count.") % {"n": minutes})
        return lines

    @property
    def known_as(self) -> list[str]:
        """Under which names they were in Zoom, and how each was taken for them."""
        return self.sheet.names.get(self.student.pk, [])

    @property
    def answers(self) -> list[Answer]:
        """What somebody said by hand of who they were in Zoom."""
        return [one for one in self.sheet.answers if one.said.person_id == self.student.pk]

    @property
    def at_devices(self) -> list[Companion]:
        """At whose devices they sat."""
        return [one for one in self.sheet.companions if one.student_id == self.student.pk]

    @property
    def companions(self) -> list[str]:
        """Who sat at theirs."""
        beside = (one.student for one in self.sheet.companions if one.beside_id == self.student.pk)
        return [label_of(one, self.sheet.apart) for one in beside]

    @property
    def history(self) -> list[MarkChange]:
        """What the mark was before, the last change first."""
        return self.sheet.changes.get(self.mark.pk, []) if self.mark and self.mark.pk else []
