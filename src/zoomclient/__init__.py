"""Zoom's API in Python: typed, synchronous, with one tree of errors that says what a caller can do next.

It knows no framework, no settings and no database: credentials, clock, transport and limiter are passed in.
"""

from zoomclient._deadline import DeadlineTransport
from zoomclient.download import Part
from zoomclient.drafts import MeetingChange, MeetingDraft, OccurrenceChange
from zoomclient.errors import (
    AccessTokenRefused,
    ConnectionLost,
    CredentialsRefused,
    Invalid,
    NotFound,
    NotLicensed,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ScopeMissing,
    Unreadable,
    ZoomError,
)
from zoomclient.limits import Call, Limiter, NoLimit, Operation, Plan, RateClass
from zoomclient.meetings import ListKind, RecordingControl
from zoomclient.models import (
    BreakoutRoom,
    BreakoutRooms,
    ListedUser,
    Meeting,
    MeetingSettings,
    MeetingStatus,
    MeetingSummary,
    MeetingType,
    Occurrence,
    OccurrenceStatus,
    User,
    UserSettings,
    UserStatus,
    UserType,
)
from zoomclient.oauth import OAuth, Pkce, TokenPair, pkce_pair
from zoomclient.participants import ParticipantRow, ParticipantStatus
from zoomclient.past_meetings import PastInstance, PastMeeting, PastParticipant
from zoomclient.recorded import (
    AudioFile,
    Recording,
    RecordingAccess,
    RecordingAccessChange,
    RecordingFile,
    RecordingFileStatus,
    RecordingFileType,
    ShareRecording,
    TrashKind,
)
from zoomclient.recurrence import Recurrence, RecurrenceType
from zoomclient.registrants import (
    AddedRegistrant,
    Registrant,
    RegistrantAction,
    RegistrantDraft,
    RegistrantStatus,
)
from zoomclient.reports import ReportedMeeting, ReportedParticipant
from zoomclient.retry import Retry
from zoomclient.scopes import (
    PARTICIPANT_EVENTS,
    RECORDING_EVENTS,
    REQUIRED_SCOPES,
    Subscription,
    missing_scopes,
)
from zoomclient.secret import Secret
from zoomclient.zoom import Zoom

__all__ = [
    "PARTICIPANT_EVENTS",
    "RECORDING_EVENTS",
    "REQUIRED_SCOPES",
    "AccessTokenRefused",
    "AddedRegistrant",
    "AudioFile",
    "BreakoutRoom",
    "BreakoutRooms",
    "Call",
    "ConnectionLost",
    "CredentialsRefused",
    "DeadlineTransport",
    "Invalid",
    "Limiter",
    "ListKind",
    "ListedUser",
    "Meeting",
    "MeetingChange",
    "MeetingDraft",
    "MeetingSettings",
    "MeetingStatus",
    "MeetingSummary",
    "MeetingType",
    "NoLimit",
    "NotFound",
    "NotLicensed",
    "NotSent",
    "OAuth",
    "Occurrence",
    "OccurrenceChange",
    "OccurrenceStatus",
    "Operation",
    "OutcomeUnknown",
    "Part",
    "ParticipantRow",
    "ParticipantStatus",
    "PastInstance",
    "PastMeeting",
    "PastParticipant",
    "Pkce",
    "Plan",
    "RateClass",
    "RateLimited",
    "Recording",
    "RecordingAccess",
    "RecordingAccessChange",
    "RecordingControl",
    "RecordingFile",
    "RecordingFileStatus",
    "RecordingFileType",
    "Recurrence",
    "RecurrenceType",
    "Refused",
    "Registrant",
    "RegistrantAction",
    "RegistrantDraft",
    "RegistrantStatus",
    "ReportedMeeting",
    "ReportedParticipant",
    "Retry",
    "ScopeMissing",
    "Secret",
    "ShareRecording",
    "Subscription",
    "TokenPair",
    "TrashKind",
    "Unreadable",
    "User",
    "UserSettings",
    "UserStatus",
    "UserType",
    "Zoom",
    "ZoomError",
    "missing_scopes",
    "pkce_pair",
]
