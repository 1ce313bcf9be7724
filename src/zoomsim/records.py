"""What the simulator remembers: one dataclass per table, kept by `store.Store`.

Instants are aware datetimes in UTC. Ids are text except a meeting's number, which Zoom gives as an integer.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass
class Account:
    """A Zoom account and its plan: `free`, `pro`, `business` or `education`."""

    id: str
    name: str
    number: int
    plan: str
    owner_id: str
    timezone: str
    locks: Json = field(default_factory=dict)
    """Meeting settings that the account forces, name → value; they win over any request in silence."""


@dataclass
class User:
    """Somebody with a Zoom sign-in. `type`: 1 Basic, 2 Licensed, 4 without a meetings licence."""

    id: str
    account_id: str
    email: str
    first_name: str
    last_name: str
    type: int
    pmi: int
    timezone: str
    created_at: datetime
    status: str = "active"
    settings: Json = field(default_factory=dict)
    """What differs from the default of GET /users/{id}/settings, as {section: {name: value}}."""
    schedules_for: list[str] = field(default_factory=list)
    """Ids of the users who let this one schedule for them."""

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass
class App:
    """An application of Zoom's Marketplace. `kind`: `user` (user-managed) or `account` (server-to-server)."""

    client_id: str
    client_secret: str
    name: str
    kind: str
    account_id: str


@dataclass
class Grant:
    """One authorisation of an app by a user, or for `account` apps one issue of a token."""

    id: str
    client_id: str
    user_id: str
    scopes: list[str]
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass
class Token:
    """An access or refresh token. `generation` counts the rotations of its grant."""

    value: str
    kind: str
    grant_id: str
    generation: int
    issued_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None


@dataclass
class Code:
    """An authorisation code, to be exchanged once within five minutes."""

    value: str
    client_id: str
    user_id: str
    redirect_uri: str
    scopes: list[str]
    challenge: str
    challenge_method: str
    expires_at: datetime
    used_at: datetime | None = None


@dataclass
class Meeting:
    """A meeting as scheduled. `starts_at` is unset for recurring meetings without a fixed time."""

    number: int
    uuid: str
    host_id: str
    account_id: str
    type: int
    topic: str
    agenda: str
    starts_at: datetime | None
    duration: int
    timezone: str
    passcode: str
    join_pwd: str
    settings: Json
    recurrence: Json
    created_at: datetime
    created_by: str
    tracking_fields: list[Json] = field(default_factory=list)
    pre_schedule: bool = False
    template_id: str = ""
    last_started_at: datetime | None = None
    deleted_at: datetime | None = None
    is_webinar: bool = False
    """Turned into a webinar by hand: the API's operations on meetings refuse it."""
    is_gone: bool = False
    """Deleted for good: not to be recovered any more."""
    questions: Json = field(default_factory=dict)
    """What whoever registers is asked beside name and e-mail: `questions` and `custom_questions`."""


@dataclass
class Occurrence:
    """One date of a recurring meeting; `id` is the epoch in ms of its first start, whatever it moved to."""

    key: str
    meeting_number: int
    id: str
    starts_at: datetime
    duration: int
    status: str = "available"
    agenda: str | None = None
    settings: Json = field(default_factory=dict)


@dataclass
class Registrant:
    """Somebody registered for a meeting. `status`: approved, pending, denied or cancelled."""

    id: str
    meeting_number: int
    email: str
    first_name: str
    last_name: str
    status: str
    key: str
    """The `tk` of the personal join address."""
    pin: int
    created_at: datetime
    occurrence_ids: list[str] = field(default_factory=list)
    """Dates of a series that it is for; none where it is for all of them."""
    answers: Json = field(default_factory=dict)

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass
class Instance:
    """One sitting of a meeting, from the first person in to the end."""

    uuid: str
    meeting_number: int
    host_id: str
    started_at: datetime
    ended_at: datetime | None = None
    why_ended: str = ""


@dataclass
class Visit:
    """One connection of one person to a meeting. `place`: `before_host`, `waiting`, `room` or `left`."""

    id: str
    meeting_number: int
    instance_uuid: str
    visitor: str
    """Who it is across several visits: a browser, or a name given by `/_sim/people`."""
    name: str
    email: str
    zoom_user_id: str
    is_host: bool
    place: str
    join_id: str
    """Zoom's `user_id` of a participant: new with each join."""
    participant_uuid: str
    came_at: datetime
    left_at: datetime | None = None
    why_left: str = ""
    heard_at: float | None = None
    """Real time of the last sign of life of this person's browser; none for people without one."""
    registrant_id: str = ""
    """As whom the person registered, if by a personal link."""
    breakout_uuid: str = ""
    """The breakout room that the person is in."""
    phone: str = ""
    """The number that the person calls from, if by phone."""


@dataclass
class Stay:
    """A stretch of a visit in one place: what was really so, for tests to compare with."""

    id: int
    visit_id: str
    instance_uuid: str
    place: str
    from_at: datetime
    until_at: datetime | None = None
    breakout_uuid: str = ""
    """The breakout room, of a stretch aside: who is there stays in the meeting all the while."""


@dataclass
class Recording:
    """A stretch of a sitting recorded to the cloud. `state`: recording, paused, processing, completed."""

    id: int
    instance_uuid: str
    meeting_number: int
    host_id: str
    state: str
    started_at: datetime
    ended_at: datetime | None = None


@dataclass
class RecordingFile:
    """A file of a recording. `trash`: empty, or `meeting` or `file` as it was put there."""

    id: str
    recording_id: int
    instance_uuid: str
    file_type: str
    extension: str
    recording_type: str
    key: str
    """By which its addresses are known."""
    size: int
    started_at: datetime
    ended_at: datetime
    ready_at: datetime
    is_told: bool = False
    trash: str = ""
    trashed_at: datetime | None = None


@dataclass
class RecordingSettings:
    """What was set for the recordings of a sitting, name → value."""

    instance_uuid: str
    chosen: Json


@dataclass
class Delivery:
    """A webhook. `state`: waiting, held, sending, delivered, dropped (given up), lost (by a fault)."""

    id: int
    event: str
    subject: str
    """The meeting's number: deliveries of one meeting go out in order."""
    body: str
    made_at: datetime
    next_at: datetime
    position: float
    state: str = "waiting"
    stamped_at: datetime | None = None
    tries: list[Json] = field(default_factory=list)


@dataclass
class Call:
    """A request that was answered (or dropped on purpose)."""

    id: int
    at: datetime
    method: str
    path: str
    query: str
    operation: str
    client_id: str
    email: str
    request_body: str
    status: int
    code: int | None
    fault: str = ""


@dataclass
class Fault:
    """Something to go wrong: for which calls or events, how often, and what."""

    id: int
    match: Json
    effect: Json
    remaining: int | None = None
    probability: float | None = None
    skip: int = 0
    struck: int = 0


@dataclass
class Tally:
    """How often something was done in a day or a second, for limits."""

    key: str
    count: int


@dataclass
class Setting:
    """A named value of the simulator itself: switches, clock, counters."""

    name: str
    value: Any
