"""What Zoom answers, as typed values.

Read tolerantly: unknown fields stay (`model_extra`), a field that does not make sense takes its default, and
numbers that are names (ids) are text; only what cannot be done without makes an answer unreadable.
"""

from datetime import UTC
from enum import IntEnum, StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from zoomclient.secret import Secret

_ANSWER = "zoomclient.answer"

type Instant = Annotated[AwareDatetime, AfterValidator(lambda instant: instant.astimezone(UTC))]


class ZoomModel(BaseModel):
    """Base of everything Zoom names. Its repr shows declared fields only, none that opens a door."""

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        coerce_numbers_to_str=True,
        hide_input_in_errors=True,
        use_enum_values=True,
    )

    @classmethod
    def from_answer(cls, body: Any) -> Self:
        """Read what Zoom sent. Raises pydantic's ValidationError if a required field is missing or
        senseless.
        """
        return cls.model_validate(body, context=_ANSWER)

    needed: ClassVar[frozenset[str]] = frozenset()
    """Fields with a default that an answer must all the same not garble."""

    @field_validator("*", mode="wrap")
    @classmethod
    def _forgive(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(value)
        except ValidationError:
            field = cls.model_fields[info.field_name or ""]
            if info.context != _ANSWER or field.is_required() or info.field_name in cls.needed:
                raise
            return field.get_default(call_default_factory=True)

    def __repr_args__(self) -> Any:
        extra = self.model_extra or {}
        return [(name, value) for name, value in super().__repr_args__() if name not in extra]


class UserType(IntEnum):
    BASIC = 1
    LICENSED = 2
    UNASSIGNED = 4
    NONE = 99


class UserStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    PENDING = "pending"


class _Person(ZoomModel):
    """type: compare with UserType; other numbers occur. pmi: the personal meeting's number."""

    email: str = ""
    first_name: str = ""
    last_name: str = ""
    display_name: str = ""
    type: int | None = None
    status: str = ""
    timezone: str = ""
    pmi: str = ""
    verified: int | None = None
    plan_united_type: str = ""
    created_at: Instant | None = None

    @property
    def is_licensed(self) -> bool:
        return self.type == UserType.LICENSED

    @property
    def name(self) -> str:
        """As Zoom shows it; "" where it has none."""
        return self.display_name or f"{self.first_name} {self.last_name}".strip()


class User(_Person):
    """A Zoom user."""

    id: Annotated[str, Field(min_length=1)]
    account_id: str = ""
    language: str = ""
    role_name: str = ""


class ListedUser(_Person):
    """A row of the account's users. id: empty as long as they have not taken the invitation (pending)."""

    id: str = ""
    role_id: str = ""
    dept: str = ""
    last_login_time: Instant | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if not self.id and not self.email:
            raise ValueError("neither an id nor an e-mail")
        return self


class Feature(ZoomModel):
    """What the licence gives. meeting_capacity: participants."""

    meeting_capacity: int | None = None
    large_meeting: bool | None = None
    large_meeting_capacity: int | None = None
    webinar: bool | None = None
    concurrent_meeting: str | None = None


class ScheduleMeetingSettings(ZoomModel):
    host_video: bool | None = None
    participants_video: bool | None = None
    join_before_host: bool | None = None
    require_password_for_scheduling_new_meetings: bool | None = None


class InMeetingSettings(ZoomModel):
    waiting_room: bool | None = None
    breakout_room: bool | None = None
    breakout_room_schedule: bool | None = None
    chat: bool | None = None


class RecordingSettings(ZoomModel):
    local_recording: bool | None = None
    cloud_recording: bool | None = None
    auto_recording: str | None = None


class UserSettings(ZoomModel):
    """A host's defaults and locks, in Zoom's groups; those not declared here are in `model_extra`."""

    feature: Feature = Field(default_factory=Feature)
    schedule_meeting: ScheduleMeetingSettings = Field(default_factory=ScheduleMeetingSettings)
    in_meeting: InMeetingSettings = Field(default_factory=InMeetingSettings)
    recording: RecordingSettings = Field(default_factory=RecordingSettings)


class MeetingType(IntEnum):
    INSTANT = 1
    SCHEDULED = 2
    RECURRING_NO_FIXED_TIME = 3
    PERSONAL = 4
    RECURRING = 8
    SCREEN_SHARE = 10


class MeetingStatus(StrEnum):
    WAITING = "waiting"
    STARTED = "started"


class BreakoutRoom(ZoomModel):
    """A room that is prepared, with the e-mails of who goes there."""

    name: str = ""
    participants: tuple[str, ...] = ()


class BreakoutRooms(ZoomModel):
    """Rooms that are prepared before a meeting. An account that does not allow that drops them in silence."""

    enable: bool | None = None
    rooms: tuple[BreakoutRoom, ...] | None = None


class MeetingSettings(ZoomModel):
    """Both ways: only what is set is sent, and what comes back may differ, since locked settings win in
    silence.

    A waiting room switches `join_before_host` off. alternative_hosts: e-mails, separated by semicolons.
    """

    host_video: bool | None = None
    participant_video: bool | None = None
    join_before_host: bool | None = None
    jbh_time: int | None = None
    mute_upon_entry: bool | None = None
    waiting_room: bool | None = None
    watermark: bool | None = None
    use_pmi: bool | None = None
    approval_type: int | None = None
    registration_type: int | None = None
    audio: str | None = None
    auto_recording: str | None = None
    alternative_hosts: str | None = None
    alternative_hosts_email_notification: bool | None = None
    email_notification: bool | None = None
    registrants_email_notification: bool | None = None
    registrants_confirmation_email: bool | None = None
    meeting_authentication: bool | None = None
    authentication_option: str | None = None
    authentication_domains: str | None = None
    encryption_type: str | None = None
    breakout_room: BreakoutRooms | None = None

    def body(self) -> dict[str, Any]:
        """What was set, as Zoom wants it."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)


class OccurrenceStatus(StrEnum):
    AVAILABLE = "available"
    DELETED = "deleted"


class Occurrence(ZoomModel):
    """One sitting of a series. Its id is the original start and stays when it is moved. duration: minutes."""

    occurrence_id: Annotated[str, Field(min_length=1)]
    start_time: Instant | None = None
    duration: Annotated[int, Field(ge=0)] | None = None
    status: str = OccurrenceStatus.AVAILABLE

    @property
    def is_deleted(self) -> bool:
        return self.status == OccurrenceStatus.DELETED


class AnsweredRecurrence(ZoomModel):
    """A series' rule as Zoom tells it, in Zoom's own names and weekday numbers (Sunday 1)."""

    type: int | None = None
    repeat_interval: int | None = None
    weekly_days: str | None = None
    monthly_day: int | None = None
    monthly_week: int | None = None
    monthly_week_day: int | None = None
    end_times: int | None = None
    end_date_time: Instant | None = None


class MeetingSummary(ZoomModel):
    """A row of a list. agenda: the first 250 characters. type: compare with MeetingType."""

    id: Annotated[str, Field(min_length=1)]
    uuid: str = ""
    host_id: str = ""
    topic: str = ""
    type: int | None = None
    start_time: Instant | None = None
    duration: Annotated[int, Field(ge=0)] | None = None
    timezone: str = ""
    agenda: str = Field(default="", repr=False)
    created_at: Instant | None = None
    join_url: str = Field(default="", repr=False)


class Meeting(MeetingSummary):
    """A meeting as Zoom holds it: effective settings, times in UTC, duration in minutes.

    For a series, start_time and duration may be missing: they are in `occurrences`, which holds coming ones
    only. start_url makes its bearer the host for two hours; it is None unless asked for.
    """

    needed = frozenset({"occurrences"})

    host_email: str = ""
    status: str = ""
    password: str = Field(default="", repr=False)
    settings: MeetingSettings = Field(default_factory=MeetingSettings)
    recurrence: AnsweredRecurrence | None = None
    occurrences: tuple[Occurrence, ...] = ()
    start_url: Secret | None = None

    @property
    def is_started(self) -> bool:
        return self.status == MeetingStatus.STARTED

    def occurrence(self, occurrence_id: str) -> Occurrence | None:
        """The sitting with this id, deleted ones too."""
        return next((one for one in self.occurrences if one.occurrence_id == occurrence_id), None)
