"""A class that is held and recorded at the simulated Zoom, and the worker that finds out."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.core.codes import new_uid
from eduraise.programs.models import Program
from eduraise.recordings import work
from eduraise.recordings.enums import Kind, State
from eduraise.recordings.finding import hear
from eduraise.recordings.models import Recording, RecordingFile, RecordingRules
from eduraise.zoom.models import ZoomUser
from tests.linked import SETTINGS, LinkedZoom
from tests.school import School

TO_CLOUD = SETTINGS | {"auto_recording": "cloud"}


class Recorded:
    """The simulated Zoom with a class that was recorded there."""

    def __init__(self, linked: LinkedZoom) -> None:
        self.linked = linked
        self.sim, self.school = linked.sim, linked.school
        self.host = linked.connect(self.school.tariq)
        self.session = self.hold(self.school.program, self.school.tariq)

    @property
    def now(self) -> datetime:
        return self.school.now

    def hold(self, program: Program, teacher: User, *, minutes: int = 60) -> ClassSession:
        """Book a class, hold it and end it, recorded to the cloud."""
        starts_at, uid = self.now + timedelta(minutes=5), new_uid()
        host = ZoomUser.objects.get(teacher=teacher)
        ends_at = starts_at + timedelta(minutes=minutes)
        occurrence = self.linked.want(
            host, held_for=uid, starts_at=starts_at, ends_at=ends_at, settings=TO_CLOUD, program=program
        )
        session = ClassSession.objects.create(
            uid=uid,
            program=program,
            teacher=teacher,
            occurrence=occurrence,
            topic="Completing the square",
            starts_at=starts_at,
            ends_at=ends_at,
            zone=program.zone,
            local_start=f"{starts_at:%Y-%m-%dT%H:%M}",
            chosen_settings={"auto_recording": "cloud"},
            changed_at=self.now,
            tell_at=self.now,
            created_at=self.now,
        )
        self.linked.push()
        occurrence.meeting.refresh_from_db()
        number = int(occurrence.meeting.meeting_number or 0)
        self.linked.advance(minutes=5)
        self.sim.people.host_start(number)
        self.linked.advance(minutes=minutes)
        self.sim.people.end(number)
        return session

    def work(self, **later: float) -> Counter[str]:
        """Move both clocks, and let the worker do what is due; what came of it."""
        if later:
            self.linked.advance(**later)
        return +work.recordings_due(self.now)

    def copy(self, **later: float) -> Counter[str]:
        """The same for copies."""
        if later:
            self.linked.advance(**later)
        return +work.copies_due(self.now)

    def ready(self) -> Recording:
        """The recording of the class, found and ready to be watched."""
        self.work(minutes=11)
        self.work(minutes=11)
        return self.recording

    @property
    def recording(self) -> Recording:
        """It as it stands, with its audience."""
        rows = Recording.objects.with_audience().with_media().select_related("program", "session", "host")
        return rows.get(session=self.session)

    @property
    def video(self) -> RecordingFile:
        """Its video."""
        return RecordingFile.objects.get(recording__session=self.session, kind=Kind.VIDEO)

    def rules(self, **values: Any) -> RecordingRules:
        """The program's rules, set."""
        rules, _made = RecordingRules.objects.update_or_create(program=self.school.program, defaults=values)
        return rules

    def at_zoom(self) -> dict[str, Any]:
        """The settings of the recording at Zoom, as its host reads them."""
        token = self.host_token()
        with self.sim.client(token) as client:
            answer = client.get(f"/v2/meetings/{self.recording.zoom_uuid}/recordings/settings")
        found: dict[str, Any] = answer.json()
        return found

    def delete_at_zoom(self, *, for_good: bool = False) -> None:
        """Delete it by hand in Zoom."""
        action = "delete" if for_good else "trash"
        with self.sim.client(self.host_token()) as client:
            answer = client.delete(
                f"/v2/meetings/{self.recording.zoom_uuid}/recordings", params={"action": action}
            )
        assert answer.status_code == 204

    def delete_file_at_zoom(self, file: RecordingFile) -> None:
        """Put a single file into the trash by hand in Zoom."""
        with self.sim.client(self.host_token()) as client:
            path = f"/v2/meetings/{self.recording.zoom_uuid}/recordings/{file.zoom_file_id}"
            assert client.delete(path).status_code == 204

    def hear(self) -> None:
        """An event tells something of the recording: which, is not believed but read."""
        found = self.recording
        meeting = self.session.occurrence.meeting  # type: ignore[union-attr]
        with transaction.atomic():
            hear(
                host=self.host,
                number=str(meeting.meeting_number),
                uuid=str(found.zoom_uuid),
                began_at=found.started_at,
                now=self.now,
            )

    def recover_at_zoom(self) -> None:
        """Take it out of the trash by hand in Zoom."""
        with self.sim.client(self.host_token()) as client:
            path = f"/v2/meetings/{self.recording.zoom_uuid}/recordings/status"
            assert client.put(path, json={"action": "recover"}).status_code == 200

    def host_token(self) -> str:
        """A token of the host's at Zoom."""
        self.host.refresh_from_db()
        return str(self.host.access_token)


def address_of(file: RecordingFile) -> str:
    """Where a file is given out."""
    return f"/recordings/{file.recording.uid}/files/{file.uid}/"


def make_recording(school: School, session: ClassSession, host: ZoomUser, **fields: Any) -> Recording:
    """A recording that is ready, as a row, for tests of what is read from it."""
    now = school.now
    given: dict[str, Any] = {
        "program": session.program,
        "session": session,
        "host": host,
        "zoom_uuid": new_uid().hex,
        "state": State.READY,
        "started_at": session.starts_at,
        "minutes": 60,
        "found_at": now,
        "ready_at": now,
        "next_at": now + timedelta(days=1),
    }
    recording = Recording.objects.create(**given | fields)
    RecordingFile.objects.create(
        recording=recording,
        key="video",
        zoom_file_id="video",
        kind=Kind.VIDEO,
        file_type="MP4",
        extension="mp4",
        bytes=4_000_000,
        is_ready=True,
        url="https://us06web.zoom.us/rec/download/canary-address",
        next_at=now,
    )
    return recording
