"""The table of operations in docs/reference/simulator.md is true: each refusal in it can be had, no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import pytest
from tests.contract.deviations import COMMON_CODES, HISTORIC_CODES
from tests.contract.shapes import DATA, CheckedTransport
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import TARIQ

from zoomclient import limits
from zoomclient import operations as client_operations
from zoomsim.rest.operation import Operation
from zoomsim.rest.operations import OPERATIONS

PAGE = (Path(__file__).parents[2] / "docs/reference/simulator.md").read_text()
ZOOMS = {(one["method"], one["path"]): one for one in json.loads((DATA / "operations.json").read_text())}
BY_NAME = {operation.name: operation for operation in OPERATIONS}
# What any operation answers and the table therefore says once, below itself.
EVERYWHERE = {(401, 124), (400, 4711), (404, 2300)}
BASIL = "basic@demo.example"
SANA = {"email": "sana@home.example", "first_name": "Sana"}
BODIES: dict[str, Any] = {
    "meetingCreate": {"topic": "Algebra"},
    "meetingUpdate": {"topic": "Geometry"},
    "meetingStatus": {"action": "end"},
    "inMeetingControl": {"method": "recording.start"},
    "meetingRegistrantCreate": SANA,
    "addBatchRegistrants": {"registrants": [SANA]},
    "meetingRegistrantStatus": {"action": "approve", "registrants": [{"email": SANA["email"]}]},
    "recordingStatusUpdate": {"action": "recover"},
    "recordingStatusUpdateOne": {"action": "recover"},
    "recordingSettingsUpdate": {"viewer_download": True},
    "meetingRegistrantQuestionUpdate": {"questions": [{"field_name": "city", "required": True}]},
}
MEETINGS = [name for name, one in BY_NAME.items() if one.path.startswith("/meetings/") and not one.by_uuid]
REGISTRANTS = [name for name in MEETINGS if "registrants" in BY_NAME[name].path and "Question" not in name]
PAST = ["pastMeetingDetails", "pastMeetings", "pastMeetingParticipants"]
REPORTS = ["reportMeetingDetails", "reportMeetingParticipants"]
RECORDINGS = [name for name, one in BY_NAME.items() if "/recordings" in one.path and one.by_uuid]
OF_USERS = [name for name, one in BY_NAME.items() if "{userId}" in one.path]


class Row(NamedTuple):
    """A row of the table."""

    operation: str
    name: str
    success: str
    refused: set[tuple[int, int]]
    never: set[tuple[int, int]]


def rows() -> Iterator[Row]:
    for line in PAGE.splitlines():
        found = re.match(r"\| `([A-Z]+ /[^`]*)` · `(\w+)` \|", line)
        if found:
            _, _, success, refused, never, _, _, _ = [cell.strip() for cell in line.split("|")]
            yield Row(found[1], found[2], success, codes(refused), codes(never))


def codes(cell: str) -> set[tuple[int, int]]:
    pairs = {(int(status), int(code)) for status, code in re.findall(r"\b(\d{3})/(\d+)", cell)}
    return pairs | ({(429, 429)} if re.search(r"\b429\b", cell) else set())


def test_the_table_has_a_row_for_each_operation_and_no_other() -> None:
    named = sorted((row.operation, row.name) for row in rows())

    assert named == sorted((f"{one.method} {one.path}", one.name) for one in OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_is_as_zoom_documents_it(operation: Operation) -> None:
    documented = ZOOMS[operation.method, operation.path]

    assert operation.name == documented["operationId"]
    assert operation.scope in documented["granular_scopes"]
    assert set(operation.classic) & {
        scope.removesuffix(":admin") for scope in documented["classic_scopes"]
    } or (set(operation.classic) <= set(documented["classic_scopes"]))
    assert operation.label == documented["rate_limit_label"].upper()


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.name)
def test_each_documented_answer_is_in_the_table(row: Row) -> None:
    method, path = row.operation.split()
    documented = ZOOMS[method, path]
    known = {(one["http"], one["code"]) for one in documented["errors"]}
    allowed = known | set(HISTORIC_CODES.get(row.operation, ()))
    allowed |= {(status, code) for status, some in COMMON_CODES.items() for code in some}

    assert re.findall(r"\b2\d\d\b", row.success)[:1] == documented["success"]
    assert row.refused & row.never == set()
    assert known - row.refused - row.never - {(400, 124), (401, 124)} == set()
    assert row.refused <= allowed
    assert row.never <= known


@pytest.mark.parametrize(
    "operation",
    [one for one in vars(client_operations).values() if isinstance(one, limits.Operation)],
    ids=lambda operation: f"{operation.method} {operation.path}",
)
def test_the_simulator_has_each_operation_of_the_client(operation: limits.Operation) -> None:
    known = {(one.method, one.path): one for one in OPERATIONS}

    assert (operation.method, operation.path) in known
    assert known[operation.method, operation.path].label == operation.rate_class.name


def test_each_refusal_of_the_table_can_be_had_and_no_other(zoom: ZoomSim) -> None:
    school = School(zoom)
    for scene in (
        nothing_there,
        wrong_words,
        a_webinar,
        elsewhere,
        no_licence_for_registration,
        refused_registrations,
        refused_meetings,
        no_past,
        recordings_that_refuse,
        limits_reached,
        no_licence_for_meetings,
        a_year_ago,
    ):
        scene(school)

    had = {
        (call["operation"], call["status"], call["code"])
        for call in zoom.calls
        if call["status"] >= 400 and (call["status"], call["code"]) not in EVERYWHERE
    }
    told = {(row.name, status, code) for row in rows() for status, code in row.refused}
    assert (sorted(told - had), sorted(had - told)) == ([], [])


class School:
    """Calls by operation: each with a good address and body unless told otherwise."""

    def __init__(self, zoom: ZoomSim) -> None:
        self.zoom = zoom
        self.transport = CheckedTransport(zoom.plain_transport, strict=False)

    def call(
        self,
        name: str,
        number: object = 81234567890,
        *,
        by: str = "account",
        body: Any = None,
        user: str = "me",
        file: str = "nothing",
        **params: Any,
    ) -> httpx.Response:
        operation = BY_NAME[name]
        values = {"userId": user, "meetingId": number, "meetingUUID": number}
        path = operation.path.format(**values, registrantId="nobody", recordingId=file)
        headers = {"Authorization": f"Bearer {self._token(by)}"}
        with httpx.Client(transport=self.transport, base_url=self.zoom.base_url, headers=headers) as client:
            json_body = BODIES.get(name) if body is None else body
            return client.request(operation.method, f"/v2{path}", json=json_body, params=params)

    def meeting(self, host: str = TARIQ, **fields: Any) -> int:
        body = {"topic": "Algebra", "type": 2, "start_time": "2026-03-03T09:00:00Z", **fields}
        number: int = self.zoom.add_meeting(host, **body)["id"]
        return number

    def sitting(self, number: int) -> None:
        self.zoom.people.host_start(number)
        self.zoom.people.join(number, "Olu")
        self.zoom.advance(60)
        self.zoom.people.end(number)

    def _token(self, by: str) -> str:
        if by != "account":
            return str(self.zoom.grant(by)["access_token"])
        with self.zoom.client() as client:
            fields = {"grant_type": "account_credentials", "account_id": "sim-account"}
            app = ("sim-s2s-client", "sim-s2s-secret")
            return str(client.post("/oauth/token", data=fields, auth=app).json()["access_token"])


def nothing_there(school: School) -> None:
    for name in [*MEETINGS, *PAST, *REPORTS, *RECORDINGS, "GetMeetingTranscript", "inMeetingControl"]:
        school.call(name)
    for name in OF_USERS:
        school.call(name, user="nobody@demo.example")
    school.zoom.switch(register_no_meeting=3001)
    school.call("meetingRegistrantCreate")


def wrong_words(school: School) -> None:
    number = school.meeting(settings={"approval_type": 0})
    school.sitting(recorded := school.meeting(settings={"auto_recording": "cloud"}))
    school.zoom.advance(timedelta(hours=1))
    for name in [*MEETINGS, "pastMeetings"]:
        school.call(name, "eleven")
    for name in BODIES:
        school.call(name, recorded if name in RECORDINGS else number, body=["wrong"])
    for name in ("users", "meetings", "recordingsList", "reportMeetings", "reportUsers"):
        school.call(name, page_size="many")
    for name in ("pastMeetingParticipants", "reportMeetingParticipants"):
        school.call(name, recorded, next_page_token="forged")
    for name in ("recordingDelete", "recordingDeleteOne"):
        school.call(name, recorded, file=a_file(school, recorded), action="burn")
    school.call("recordingGet", recorded, include_fields="download_access_token", ttl=10**9)
    school.call("userToken", type="zak", ttl="long")
    school.call("userToken", type="token")
    school.call("meetingRegistrantGet", number)
    school.call("meetingregistrantdelete", number)


def a_webinar(school: School) -> None:
    school.sitting(number := school.meeting())
    school.zoom.edit_meeting(number, webinar=True)
    for name in [*MEETINGS, "pastMeetingDetails", "inMeetingControl"]:
        school.call(name, number)


def elsewhere(school: School) -> None:
    """Another account's, which has cloud recordings for once."""
    school.zoom.control("POST", "accounts", id="sim-elsewhere", plan="pro")
    school.zoom.user("olu@elsewhere.example", licence="licensed")
    number = school.meeting("olu@elsewhere.example", settings={"auto_recording": "cloud"})
    school.sitting(number)
    school.zoom.advance(timedelta(hours=1))
    for name in [*REPORTS, *RECORDINGS]:
        school.call(name, number)


def no_licence_for_registration(school: School) -> None:
    number = school.meeting(BASIL)
    for name in REGISTRANTS:
        school.call(name, number)


def refused_registrations(school: School) -> None:
    number, without = school.meeting(settings={"approval_type": 0}), school.meeting()
    series = school.meeting(type=3, settings={"approval_type": 0})
    over = school.meeting(settings={"approval_type": 0}, start_time="2026-03-02T09:30:00Z", duration=1)
    host = {"email": TARIQ, "first_name": "Tariq"}
    school.call("addBatchRegistrants", series)
    for name, bodied in (
        ("meetingRegistrantCreate", host),
        ("addBatchRegistrants", {"registrants": [host]}),
    ):
        school.call(name, number, body=bodied)
        school.call(name, without)
    school.zoom.switch(max_registrants=0)
    school.call("meetingRegistrantCreate", number)
    school.call("addBatchRegistrants", number)
    school.zoom.switch(max_registrants=4_999)
    school.zoom.advance(timedelta(hours=12))
    school.call("meetingRegistrantCreate", over)
    school.call("addBatchRegistrants", over)


def refused_meetings(school: School) -> None:
    other = {"schedule_for": "teacher01@demo.example"}
    number = school.meeting(start_time="2026-03-05T09:00:00Z")
    school.call("meetingCreate", body=other)
    school.call("meetingUpdate", number, body=other)
    school.zoom.switch(end_idle="3000")
    school.call("meetingStatus", number)
    school.zoom.people.host_start(number)
    school.call("meetingDelete", number)
    school.zoom.people.end(number)


def no_past(school: School) -> None:
    school.sitting(number := school.meeting(BASIL, start_time="2026-03-05T09:00:00Z"))
    school.zoom.advance(timedelta(hours=1))
    for name in ("pastMeetingDetails", "pastMeetingParticipants"):
        school.call(name, number)
    school.zoom.control("POST", "accounts", id="sim-account", plan="free")
    for name in [*REPORTS, "reportMeetings", "reportUsers"]:
        school.call(name, number)
    school.zoom.control("POST", "accounts", id="sim-account", plan="pro")


def recordings_that_refuse(school: School) -> None:
    number = school.meeting(start_time="2026-03-05T09:00:00Z", settings={"auto_recording": "cloud"})
    school.sitting(number)
    file = school.zoom.truth()["recording_files"][-1]["id"]
    school.call("recordingDeleteOne", number, file=file)
    school.zoom.switch(storage_full=True)
    school.call("recordingStatusUpdate", number)
    school.call("recordingStatusUpdateOne", number, file=file)
    school.zoom.people.host_start(running := school.meeting(start_time="2026-03-05T09:00:00Z"))
    school.call("inMeetingControl", running)
    school.zoom.people.end(running)


def limits_reached(school: School) -> None:
    number = school.meeting(start_time="2026-03-05T09:00:00Z", settings={"approval_type": 0})
    school.zoom.limit(mode="host", host_calls_a_day=1)
    for name in ("meetingCreate", "meetingUpdate", "meetingDelete"):
        for _ in range(2):
            school.call(name, number, by=TARIQ, body={"topic": ""} if name != "meetingDelete" else None)
    for _ in range(4):
        school.call("meetingRegistrantCreate", number)
    school.call("addBatchRegistrants", number)
    for n in range(11):
        action = "deny" if n % 2 else "approve"
        body = {"action": action, "registrants": [{"email": SANA["email"]}]}
        school.call("meetingRegistrantStatus", number, body=body)
    school.zoom.limit(mode="off")


def no_licence_for_meetings(school: School) -> None:
    number = school.meeting("teacher01@demo.example", start_time="2026-03-05T09:00:00Z")
    school.zoom.user("teacher01@demo.example", licence="none")
    school.zoom.switch(unlicensed_hosts="all")
    for name in [*MEETINGS, "inMeetingControl"]:
        school.call(name, number)
    for name in ("meetings", "meetingCreate"):
        school.call(name, user="teacher01@demo.example")


def a_year_ago(school: School) -> None:
    school.sitting(number := school.meeting(start_time="2026-03-05T09:00:00Z"))
    school.zoom.advance(timedelta(days=366))
    for name in (*PAST, *REPORTS):
        school.call(name, number)


def a_file(school: School, number: int) -> str:
    file: str = school.call("recordingGet", number).json()["recording_files"][0]["id"]
    return quote(file, safe="")
