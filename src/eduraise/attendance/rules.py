"""The rules by which a program's marks are made: read, told by example, changed; what a change would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance.enums import Clip, Of, RegisterState, Status
from eduraise.attendance.marking import Held, Rules, counted, status_of, terms_of
from eduraise.attendance.models import AttendanceRules, Mark, Register
from eduraise.attendance.registers import rule_anew
from eduraise.attendance.spans import FOREVER, Span, united
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.programs.models import Enrolment, Program

FIELDS = tuple(field.name for field in fields(Rules))
#: By what a mark itself is made
JUDGING = frozenset(FIELDS) - {"lock_days", "excuse_days", "version"}
MOST_MINUTES, MOST_DAYS = 1440, 365
#: A preview looks at the latest so many registers
LOOKED_AT = 200


class RulesUnfit(DomainError):
    """A rule that nobody could keep."""

    code = "attendance_rules_unfit"


def rules_of(program: Program) -> Rules:
    """The program's rules, or the defaults where it has none of its own. One query, none where they were
    read with the program (`select_related("attendance_rules")`)."""
    try:
        row = program.attendance_rules
    except AttendanceRules.DoesNotExist:
        return Rules()
    return Rules(**{name: getattr(row, name) for name in FIELDS})


def words_of(rules: Rules, minutes: int = 60) -> list[str]:
    """The rules by the example of a class of so many minutes that begins at 18:00."""
    held = Held(((0, minutes * 60),), 0, minutes * 60)
    words = {
        "minutes": minutes,
        "needed": terms_of(held, rules, [(0, FOREVER)]).needed,
        "late": _clock(rules.late_minutes),
        "early": _clock(minutes - rules.early_minutes),
        "grace": rules.grace_minutes,
    }
    lines = [_("In a class of %(minutes)d minutes from 18:00: present from %(needed)d minutes.") % words]
    if rules.late_minutes < minutes:
        lines.append(_("Late: who comes after %(late)s.") % words)
    if rules.early_minutes < minutes:
        lines.append(_("Left early: who goes before %(early)s.") % words)
    if rules.grace_minutes:
        lines.append(_("Being cut off for up to %(grace)d minutes counts as being there.") % words)
    if rules.clip == Clip.HELD:
        lines.append(_("Time before the start and after the end counts, as long as the class was held."))
    if rules.of == Of.HELD and rules.present_minutes is None:
        lines.append(
            _("If it ends early, the share is of the time it was held, but at least of half of the planned.")
        )
    return lines


def _clock(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{(18 + hours) % 24:02}:{rest:02}"


@transaction.atomic
def change_rules(*, program: Program, rules: Rules, by: User, now: datetime) -> int:
    """Give a program other rules; the marks of its open registers are made anew. Of how many registers.

    rules: with the version that was seen. What is locked stays. Raises RulesUnfit, Changed.
    """
    _require_fit(rules)
    before = rules_of(Program.objects.select_related("attendance_rules").get(pk=program.pk))
    after = replace(rules, version=rules.version + 1)
    differing = [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
    if differing == ["version"]:
        return 0
    _store(program, after, seen=rules.version)
    audit.record(
        "attendance.rules_changed",
        by=by,
        thing=program,
        at=now,
        program_uid=program.uid,
        before={name: getattr(before, name) for name in differing},
        after={name: getattr(after, name) for name in differing},
    )
    return rule_anew(open_registers(program)) if JUDGING & set(differing) else 0


def open_registers(program: Program) -> Any:
    """The registers of a program whose marks may still move."""
    return Register.objects.filter(session__program=program).exclude(state=RegisterState.LOCKED)


def _store(program: Program, rules: Rules, *, seen: int) -> None:
    """Of two who change them at once the second is told."""
    values = {name: getattr(rules, name) for name in FIELDS}
    if AttendanceRules.objects.filter(program=program, version=seen).update(**values):
        return
    try:
        with transaction.atomic():
            # nobody changed them yet: what was seen is the default's version
            if seen == Rules().version:
                AttendanceRules.objects.create(program=program, **values)
                return
    except IntegrityError:
        pass
    raise Changed(_("Somebody changed these rules meanwhile. Look at them as they stand, then save yours."))


def _require_fit(rules: Rules) -> None:
    if not 1 <= rules.present_share <= 100:
        raise RulesUnfit(_("Give a share from 1 to 100 percent."), field="present_share")
    if rules.present_minutes is not None and not 1 <= rules.present_minutes <= MOST_MINUTES:
        raise RulesUnfit(_("Give minutes from 1 to 1,440, or none."), field="present_minutes")
    for name in ("late_minutes", "early_minutes", "grace_minutes"):
        if not 0 <= getattr(rules, name) <= MOST_MINUTES:
            raise RulesUnfit(_("Give minutes from 0 to 1,440."), field=name)
    for name in ("lock_days", "excuse_days"):
        if not 0 <= getattr(rules, name) <= MOST_DAYS:
            raise RulesUnfit(_("Give days from 0 to 365."), field=name)


@dataclass(frozen=True)
class Preview:
    """What other rules would do to the marks that can still move. moves: how many from which status to which,
    the most first; registers: of how many classes marks were looked at; is_all: whether those are all."""

    moves: list[tuple[str, str, int]]
    registers: int
    is_all: bool

    @property
    def number(self) -> int:
        """How many marks would change."""
        return sum(number for _before, _after, number in self.moves)


def preview(program: Program, rules: Rules) -> Preview:
    """What these rules would change, worked out from the marks as they stand; nothing is written. What is set
    by hand stays. Three queries."""
    registers = list(
        open_registers(program).select_related("session").order_by("-session__starts_at")[:LOOKED_AT]
    )
    shown = {register.pk: register for register in registers}
    spells = _spells(program)
    columns = ("register", "student", "rule_status", "spans")
    marks = Mark.objects.filter(register__in=shown, hand_status="").exclude(rule_status="")
    moves: Counter[tuple[str, str]] = Counter()
    for register, student, status, spans in marks.values_list(*columns):
        after = _status(shown[register], spans, spells.get(student, []), status, rules)
        if after != status:
            moves[status, str(after)] += 1
    ordered = sorted(moves.items(), key=lambda move: (-move[1], *move[0]))
    rows = [(before, after, number) for (before, after), number in ordered]
    return Preview(rows, len(registers), len(registers) < LOOKED_AT)


def _spells(program: Program) -> dict[int, list[tuple[datetime, datetime | None]]]:
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    rows = Enrolment.objects.filter(program=program).values_list("person", "from_at", "until_at")
    for person, began, ended in rows:
        found.setdefault(person, []).append((began, ended))
    return found


def _status(
    register: Register,
    spans: list[list[int]],
    spells: list[tuple[datetime, datetime | None]],
    status: str,
    rules: Rules,
) -> str:
    session = register.session
    since = register.held_from
    begins = None if since is None else int((since - session.starts_at).total_seconds())
    running = tuple((one, two) for one, two in register.running)
    held = Held(running, begins, int(session.duration.total_seconds()))
    terms = terms_of(held, rules, united(_seconds(spells, session.starts_at)))
    after = status_of(counted([(one, two) for one, two in spans], terms, rules), terms, rules)
    return Status.EXCUSED if status == Status.EXCUSED and after == Status.ABSENT else after


def _seconds(spells: list[tuple[datetime, datetime | None]], starts_at: datetime) -> Iterator[Span]:
    for began, ended in spells:
        until = FOREVER if ended is None else int((ended - starts_at).total_seconds())
        yield int((began - starts_at).total_seconds()), until
