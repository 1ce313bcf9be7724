"""What of recordings waits for somebody is said to whom it concerns, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.accounts.models import User
from eduraise.programs.models import ClassSettings
from eduraise.recordings.copying import TRIES
from eduraise.recordings.models import HostWatch, RecordingFile, RecordingRules
from eduraise.today.common import needs_of
from tests.classes.rows import make_class, make_host
from tests.recordings.recorded import make_recording
from tests.school import School

pytestmark = pytest.mark.django_db


def told(school: School, person: User) -> list[str]:
    return [one.title for one in needs_of(person, school.now) if "ecording" in one.title]


@pytest.fixture(autouse=True)
def recording(school: School) -> None:
    host = make_host(school.tariq, school.now)
    session = make_class(school.program, school.tariq, school.now - timedelta(days=1), now=school.now)
    make_recording(school, session, host)


def test_normally_nobody_is_needed(school: School) -> None:
    assert [told(school, who) for who in (school.ada, school.tariq, school.sana)] == [[], [], []]


def test_what_waits_to_be_looked_at_is_said_to_those_who_can(school: School) -> None:
    RecordingRules.objects.create(program=school.program, after_review=True)
    said = {who.name: told(school, who) for who in (school.tariq, school.tove, school.olu, school.sana)}

    assert said == {"Tariq": ["1 recording waits for you to look at it"], "Tove": [], "Olu": [], "Sana": []}


def test_an_admin_hears_of_copies_that_fail_and_scopes_that_lack(school: School) -> None:
    RecordingFile.objects.update(wants_copy=True, attempts=TRIES, last_error_at=school.now)
    host = RecordingFile.objects.get().recording.host
    HostWatch.objects.create(
        host=host, next_at=school.now, last_error_code="scope_missing", last_error_at=school.now
    )

    # who records nothing to the cloud misses nothing
    assert told(school, school.ada) == ["1 recording can’t be copied to this server"]
    ClassSettings.objects.filter(program=school.program).update(auto_recording="cloud")
    assert told(school, school.ada) == [
        "1 recording can’t be copied to this server",
        "Recordings can’t be found at Zoom",
    ]
    assert told(school, school.tariq) == []
