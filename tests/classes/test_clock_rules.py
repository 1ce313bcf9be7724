"""A zone's rules change between planning and class: what was typed stays on the wall, and all follow it."""

from __future__ import annotations

import struct
import zoneinfo
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eduraise.accounts.models import User
from eduraise.classes import clockrules, times
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.clock_messages import CLOCKS, words
from eduraise.classes.kept_hours import KEPT
from eduraise.classes.models import Change, ClassSession, TeacherClaim
from eduraise.classes.serial import DatedClass
from eduraise.classes.series_parts import Scope, part_of
from eduraise.classes.undoing import undo_change
from eduraise.core.models import AuditEntry
from eduraise.notifications.models import Message
from eduraise.notifications.queries import told_page, unread_count
from eduraise.notifications.registry import kind_of
from eduraise.ops import regular
from eduraise.programs.enums import Preset
from eduraise.zoom.models import HostClaim, ZoomOccurrence, ZoomUser
from tests.classes.pages import signed_in
from tests.classes.series import at, plan, thursdays
from tests.linked import LinkedZoom

pytestmark = pytest.mark.django_db
ZONE = "Europe/Madrid"
HOUR = timedelta(hours=1)


class Rules:
    """A zone database of our own, in which a zone's clocks can be set otherwise from a day on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.edition = 0
        self.of_before = zoneinfo.TZPATH

    def change(self, zone: str, *, standing_at: timedelta) -> None:
        """From now on the database says that the zone's clocks stand so much ahead of UTC, for ever."""
        self.edition += 1
        folder = self.folder / str(self.edition)
        (folder / zone).parent.mkdir(parents=True)
        (folder / zone).write_bytes(fixed(standing_at))
        (folder / "UTC").write_bytes(fixed(timedelta()))
        (folder / "+VERSION").write_text(f"tests{self.edition}")
        zoneinfo.reset_tzpath([str(folder), *self.of_before])
        forget()

    def restore(self) -> None:
        zoneinfo.reset_tzpath(self.of_before)
        forget()


def forget() -> None:
    """What a process that starts anew doesn't know yet. Without the data of the package, which would win."""
    ZoneInfo.clear_cache()
    times.tzdata_version.cache_clear()


def fixed(ahead: timedelta) -> bytes:
    """A file of the zone database (RFC 8536, version 2) whose one offset holds always."""
    seconds = int(ahead.total_seconds())
    head = b"TZif2" + bytes(15)
    block = struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lbB", seconds, 0, 0) + b"NEW\0"
    sign, rest = ("-", seconds) if seconds >= 0 else ("+", -seconds)
    footer = f"\n<NEW>{sign if seconds else ''}{rest // 3600}:{rest % 3600 // 60:02}\n".encode()
    return head + block + head + block + footer


@pytest.fixture
def rules(tmp_path: Path) -> Iterator[Rules]:
    found = Rules(tmp_path)
    yield found
    found.restore()


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


def booked(linked: LinkedZoom, number: int) -> list[ClassSession]:
    """A series of Thursdays at ten in Madrid that Zoom holds and of which people have heard."""
    plan(linked.school, thursdays(linked.school, number))
    linked.push()
    ClassSession.objects.update(told_booked=True, told_version=1)
    Message.objects.all().delete()
    return list(ClassSession.objects.order_by("starts_at"))


def told() -> list[tuple[str, str]]:
    return sorted(Message.objects.values_list("person__name", "kind"))


def walls() -> list[tuple[date, time]]:
    """When classes are, on Madrid's clocks as they go now."""
    instants = ClassSession.objects.order_by("starts_at").values_list("starts_at", flat=True)
    return [(at.astimezone(ZoneInfo(ZONE)).date(), at.astimezone(ZoneInfo(ZONE)).time()) for at in instants]


def test_an_edition_that_says_the_same_moves_nothing_and_tells_nobody(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    [session] = booked(linked, 1)
    ClassSession.objects.update(tzdata="2020a")
    assert clockrules.mend_due(linked.now) == {}
    session.refresh_from_db()
    assert (session.tzdata, session.version) == (times.tzdata_version(), 1)
    assert told() == []


def test_classes_keep_their_hour_and_zoom_and_people_hear_of_it_once(
    linked: LinkedZoom, host: ZoomUser, rules: Rules
) -> None:
    school = linked.school
    assert school.ada.pk
    school.sana.zone = ZONE
    school.sana.save()
    far = school.person("Far", zone="America/New_York")
    school.enrol(far, school.program)
    before = booked(linked, 4)

    rules.change(ZONE, standing_at=3 * HOUR)
    assert regular.run("clocks", linked.now).counts == {"moved": 4, "told": 1}

    assert walls() == [(on, time(10)) for on in thursdays(school, 4)]
    after = list(ClassSession.objects.order_by("starts_at"))
    shifts = {one.starts_at - old.starts_at for one, old in zip(after, before, strict=True)}
    assert shifts == {-2 * HOUR, -HOUR}  # its clocks would have gone forward within these weeks
    assert {one.tzdata for one in after} == {"tests1"}
    assert [claim.starts_at for claim in TeacherClaim.objects.order_by("starts_at")] == [
        one.starts_at for one in after
    ]
    assert [claim.starts_at for claim in HostClaim.objects.order_by("starts_at")] == [
        one.starts_at for one in after
    ]
    assert told() == [("Ada", CLOCKS), ("Far", CLOCKS), ("Tariq", CLOCKS)]  # for Sana nothing changed
    assert AuditEntry.objects.filter(verb="class.clocks_changed", actor_label="tzdata").count() == 4

    linked.push(at_most=30)
    rows = ZoomOccurrence.objects.filter(wanted_gone=False)
    assert all(row.zoom_starts_at == row.wanted_starts_at == row.rule_starts_at for row in rows)
    assert clockrules.mend_due(linked.now) == {}
    # it is one series still, of which none was put elsewhere
    assert len(part_of(after[0], Scope.ALL, linked.now).moving) == 4


def test_what_it_says_is_plain(linked: LinkedZoom, host: ZoomUser, rules: Rules) -> None:
    booked(linked, 2)
    rules.change(ZONE, standing_at=2 * HOUR)
    clockrules.mend_due(linked.now)
    message = Message.objects.get(person=linked.school.tariq)
    [letter] = words([message], linked.now).values()
    assert letter.title == "Clocks in Madrid change otherwise than expected: “Algebra II”"
    assert letter.sentences[0] == "2 classes stay at their hour in Madrid."


def one_at(linked: LinkedZoom, hour: time, zone: str = ZONE) -> None:
    """A class on the first of the Thursdays."""
    [day] = thursdays(linked.school, 1)
    only = [DatedClass(day, at(day, hour, zone), f"At {hour}")]
    plan(linked.school, [day], zone=zone, local_start=hour, classes=only)


def test_classes_back_to_back_are_in_nobodys_way(linked: LinkedZoom, host: ZoomUser, rules: Rules) -> None:
    """Each goes where the next one was: whichever way clocks go, none is refused."""
    for hour in range(10, 14):
        one_at(linked, time(hour))
    for ahead in (3 * HOUR, timedelta()):
        rules.change(ZONE, standing_at=ahead)
        assert clockrules.mend_due(linked.now)["moved"] == 4
        assert [at for _on, at in walls()] == [time(10), time(11), time(12), time(13)]


def test_one_whose_teacher_is_taken_then_stays_and_says_so(
    linked: LinkedZoom, host: ZoomUser, rules: Rules
) -> None:
    assert linked.school.sana.pk
    one_at(linked, time(7), "UTC")
    session = booked(linked, 1)[1]
    starts_at = session.starts_at
    rules.change(ZONE, standing_at=3 * HOUR)
    assert clockrules.mend_due(linked.now) == {"kept": 1, "told": 1}
    session.refresh_from_db()
    assert session.starts_at == starts_at
    assert session.local_start == starts_at.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M")
    assert told() == [("Sana", CLOCKS), ("Tariq", KEPT)]  # her hour is another one; he can move it
    assert clockrules.mend_due(linked.now) == {}


def bell(person: User, now: datetime) -> list[tuple[str, str, str]]:
    """What stands behind somebody's bell: its title, its button and where that leads."""
    _page, found = told_page(person, 1, now)
    assert unread_count(person, now) == len(found)
    return [(told.letter.title, told.letter.verb, told.letter.path) for told in found]


def lost(linked: LinkedZoom, rules: Rules, number: int = 1) -> list[ClassSession]:
    """Classes at ten in Madrid that are at seven UTC by now, where their teacher has another each time."""
    one_at(linked, time(7), "UTC")
    if number == 2:
        days = thursdays(linked.school, 2)[1:]
        only = [DatedClass(days[0], at(days[0], time(7), "UTC"), "At 7")]
        plan(linked.school, days, zone="UTC", local_start=time(7), classes=only)
    found = [one for one in booked(linked, number) if one.zone == ZONE]
    rules.change(ZONE, standing_at=3 * HOUR)
    assert clockrules.mend_due(linked.now)["kept"] == number
    return found


def test_who_can_move_a_class_that_lost_its_hour_hears_of_it_once_until_it_is_moved(
    linked: LinkedZoom, host: ZoomUser, rules: Rules
) -> None:
    """Its teacher, a second lead and the admin; no assistant, nobody of another program."""
    school = linked.school
    second = school.person("second")
    school.assign(second, school.program, preset=Preset.LEAD)
    assert all(person.pk for person in (school.ada, school.tove, school.olu))
    [session] = lost(linked, rules)
    for person in (school.tariq, second, school.ada):
        assert bell(person, linked.now) == [
            ("1 class of “Algebra II” lost its hour", "Move it", f"/classes/{session.code}/change/")
        ]
    for person in (school.tove, school.olu):
        assert bell(person, linked.now) == []
    Message.objects.all().delete()
    assert clockrules.mend_due(linked.now) == {}
    assert told() == []


@pytest.mark.parametrize("mend", ["moved", "cancelled", "over"])
def test_it_leaves_the_bell_and_no_mail_goes_when_it_is_mended(
    linked: LinkedZoom, host: ZoomUser, rules: Rules, mend: str
) -> None:
    school = linked.school
    [session] = lost(linked, rules)
    [message] = Message.objects.filter(person=school.tariq)
    session.refresh_from_db()
    still_true = kind_of(KEPT).still_true
    assert still_true(message, linked.now)
    if mend == "moved":
        later = session.starts_at + 2 * HOUR
        change_class(
            session=session,
            seen_version=session.version,
            edit=Edit(starts_at=later, duration=HOUR),
            by=school.tariq,
            now=linked.now,
        )
    elif mend == "cancelled":
        cancel_class(session=session, seen_version=session.version, by=school.tariq, now=linked.now)
    else:
        linked.advance(days=40)
    assert bell(school.tariq, linked.now) == []
    assert not still_true(message, linked.now)


def test_a_move_that_is_undone_brings_it_back(linked: LinkedZoom, host: ZoomUser, rules: Rules) -> None:
    school = linked.school
    [session] = lost(linked, rules)
    session.refresh_from_db()
    later = session.starts_at + 2 * HOUR
    moved = change_class(
        session=session,
        seen_version=session.version,
        edit=Edit(starts_at=later, duration=HOUR),
        by=school.tariq,
        now=linked.now,
    )
    undo_change(session=session, version=moved.version, by=school.tariq, now=linked.now)
    assert len(bell(school.tariq, linked.now)) == 1


def test_several_that_lost_their_hour_are_one_message_that_moves_them_together(
    linked: LinkedZoom, host: ZoomUser, rules: Rules
) -> None:
    found = lost(linked, rules, number=2)
    picked = "&".join(f"pick={one.code}" for one in found)
    assert bell(linked.school.tariq, linked.now) == [
        ("2 classes of “Algebra II” lost their hour", "Move 2 classes", f"/classes/several/time/?{picked}")
    ]
    page = signed_in(linked.school.tariq).get(f"/classes/several/time/?{picked}")
    assert page.status_code == 200
    history = signed_in(linked.school.tariq).get(f"/classes/{found[0].code}/").content.decode()
    assert "Clock rules changed; its hour could not be kept" in history


def test_what_is_changed_or_cancelled_meanwhile_or_over_is_left_alone(
    linked: LinkedZoom, host: ZoomUser, rules: Rules
) -> None:
    first, second = booked(linked, 2)
    change_class(
        session=first, seen_version=1, edit=Edit(topic="Mine"), by=linked.school.tariq, now=linked.now
    )
    linked.advance(days=9)
    ClassSession.objects.filter(pk=second.pk).update(cancelled_at=linked.now)
    rules.change(ZONE, standing_at=3 * HOUR)
    found = clockrules.mend_due(linked.now + timedelta(days=60))
    assert found == {}
    assert not Change.objects.filter(field="time").exists()
