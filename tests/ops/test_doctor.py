"""The doctor names each thing that should never be, once, and finds nothing in a school that is well."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.core.codes import new_uid
from eduraise.core.models import Setting
from eduraise.ops import doctor, health
from eduraise.ops.models import Heartbeat
from eduraise.zoom import checks
from eduraise.zoom.checks import BAD
from eduraise.zoom.models import HostClaim, ZoomMeeting, ZoomOccurrence
from tests.events.booked import Booked
from tests.linked import LinkedZoom
from tests.school import School


@pytest.fixture
def booked(school: School, settings: Settings) -> Booked:
    """A school that is well: a class that holds its teacher and host, a worker, no debugging."""
    settings.DEBUG = False
    health.beat(school.now)
    booked = Booked(school)
    hold_teacher(booked)
    hold_host(booked)
    return booked


def hold_teacher(booked: Booked) -> None:
    session = booked.session
    TeacherClaim.objects.create(
        teacher=session.teacher,
        session=session,
        held_for=session.uid,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )


def hold_host(booked: Booked) -> None:
    session = booked.session
    HostClaim.objects.create(
        host=booked.host, held_for=session.uid, starts_at=session.starts_at, ends_at=session.ends_at
    )


def lose_worker(booked: Booked) -> None:
    Heartbeat.objects.update(seen_at=Heartbeat.objects.get().seen_at - timedelta(minutes=3))


def orphan_host(booked: Booked) -> None:
    HostClaim.objects.update(held_for=new_uid())


def orphan_teacher(booked: Booked) -> None:
    TeacherClaim.objects.update(held_for=new_uid())


def move_to_other_program(booked: Booked) -> None:
    ZoomMeeting.objects.update(program=booked.school.other_program)


def give_to_other_class(booked: Booked) -> None:
    booked.book("987", starts_at=booked.school.now + timedelta(days=1))
    other = ClassSession.objects.exclude(pk=booked.session.pk).get()
    other.occurrence = None
    other.save()
    other_occurrence = ZoomOccurrence.objects.get(held_for=other.uid)
    ClassSession.objects.filter(pk=booked.session.pk).update(occurrence=other_occurrence)


FINDINGS: dict[str, tuple[Callable[[Booked], None], str]] = {
    "worker": (lose_worker, "No worker has been seen for two minutes."),
    "host": (orphan_host, "1 host claims are held for no class."),
    "teacher": (orphan_teacher, "1 teacher claims are held for no class."),
    "program": (move_to_other_program, "Class {code} points to a meeting of another program."),
    "class": (give_to_other_class, "Class {code} points to a meeting of another class."),
}


def said() -> list[str]:
    return [finding.what for finding in doctor.examine()]


def test_a_school_that_is_well_has_no_finding_and_ends_with_nought(booked: Booked) -> None:
    out = StringIO()

    call_command("doctor", zoom="no", stdout=out)

    assert out.getvalue() == f"✓ {len(doctor.CHECKS)} things looked at, all well.\n– Zoom was left alone.\n"


@pytest.mark.parametrize("name", FINDINGS)
def test_what_should_not_be_is_named_once(booked: Booked, name: str) -> None:
    spoil, sentence = FINDINGS[name]
    code = booked.session.code
    spoil(booked)

    assert said() == [sentence.format(code=code)]


def test_what_was_found_stands_on_one_line_with_its_remedy_and_ends_with_one(booked: Booked) -> None:
    lose_worker(booked)
    out = StringIO()

    with pytest.raises(CommandError, match=r"^1 to mend\.$") as ended:
        call_command("doctor", zoom="no", stdout=out)

    assert out.getvalue() == (
        "✗ No worker has been seen for two minutes. Start one: eduraise worker\n– Zoom was left alone.\n"
    )
    assert ended.value.returncode == 1


def test_debugging_is_found(booked: Booked, settings: Settings) -> None:
    settings.DEBUG = True

    assert said() == ["DEBUG is on."]


def test_a_secret_whose_key_is_gone_is_found_and_well_again_with_it(
    booked: Booked, settings: Settings
) -> None:
    Setting.objects.create(name="zoom.client_secret", value="hidden", set_at=booked.school.now)
    former, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, [Fernet.generate_key().decode()]
    found = said()
    settings.ENCRYPTION_KEYS = [*settings.ENCRYPTION_KEYS, *former]

    assert len(found) == 1
    assert "can't be read with the present keys" in found[0]
    assert "hidden" not in found[0]
    assert said() == ["Secrets under a former key: 1."]


def test_a_migration_that_has_not_run_is_found(booked: Booked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_current", False)
    MigrationRecorder(connection).record_unapplied("notifications", "0001_initial")

    assert said() == ["Some migrations have not run."]


def test_claims_that_overlap_are_found(booked: Booked) -> None:
    allow_overlaps()
    booked.book("987", starts_at=booked.session.starts_at + timedelta(minutes=30))
    other = ClassSession.objects.exclude(pk=booked.session.pk).get()
    HostClaim.objects.create(
        host=booked.host, held_for=other.uid, starts_at=other.starts_at, ends_at=other.ends_at
    )

    assert said() == ["2 claims of one host overlap."]


def allow_overlaps() -> None:
    """Take away what keeps them out, for this test."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE"
            )  # what waits for the commit bars a change of tables
            cursor.execute("ALTER TABLE zoom_hostclaim DROP CONSTRAINT hostclaim_no_overlap")
            return
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'zoom_hostclaim'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a rule for SQLite")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_may_lose_its_last_commit_is_found(booked: Booked) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = NORMAL")
        found = said()
        cursor.execute("PRAGMA synchronous = FULL")

    assert found == ["SQLite runs with wal and synchronous 1."]
    assert said() == []


def test_zoom_is_tested_as_on_the_set_up_page(linked: LinkedZoom, settings: Settings) -> None:
    settings.DEBUG = False
    settings.ZOOM_ENVIRONMENT = {"ZOOM_CLIENT_ID": "sim-client", "ZOOM_CLIENT_SECRET": "wrong"}
    health.beat(linked.now)
    linked.connect(linked.school.tariq)
    found = doctor.examine_zoom(with_meeting=True)
    assert [one.words for one in found if one.state == BAD] == [
        "Zoom doesn’t accept the client ID and secret of the teachers’ app."
    ]
    assert linked.sim.called("meetingCreate") == 1
    assert linked.sim.meetings == []
    doctor.examine_zoom(with_meeting=False)
    assert linked.sim.called("meetingCreate") == 1
    assert doctor.examine() == []


def test_what_is_well_at_zoom_stands_there_line_by_line_as_on_the_set_up_page(
    linked: LinkedZoom, settings: Settings
) -> None:
    settings.DEBUG = False
    health.beat(linked.now)
    linked.connect(linked.school.tariq)
    settings.ZOOM_ENVIRONMENT = {"ZOOM_CLIENT_ID": "sim-client", "ZOOM_CLIENT_SECRET": "sim-secret"}
    out = StringIO()

    with suppress(CommandError):
        call_command("doctor", zoom="ask", stdout=out)

    lines = out.getvalue().splitlines()[1:]
    tested = checks.run(linked.now, with_meeting=False)
    assert [line.removeprefix(line[:2]) for line in lines] == [
        f"Zoom: {one.words} {one.remedy}".rstrip() for one in tested
    ]
    assert "✓ Zoom: 1 Zoom user is connected." in lines


def test_an_installation_without_zoom_is_not_ill_and_says_so(booked: Booked, settings: Settings) -> None:
    settings.ZOOM_ENVIRONMENT = {}
    out = StringIO()

    call_command("doctor", zoom="all", stdout=out)

    assert out.getvalue().splitlines()[1] == "– No app at Zoom is configured, so there is nothing to test."
