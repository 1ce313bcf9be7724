"""The operations this client calls: path, rate class and scopes as Zoom documents them (read 2026-11-25)."""

from zoomclient.limits import Operation, RateClass

_LIGHT, _MEDIUM, _HEAVY = RateClass.LIGHT, RateClass.MEDIUM, RateClass.HEAVY
_USER_READ = frozenset({"user:read", "user:write"})
_MEETING_READ = frozenset({"meeting:read"})
_MEETING_WRITE = frozenset({"meeting:write"})
_REPORT_READ = frozenset({"report:read"})
_RECORDING_READ = frozenset({"recording:read"})
_RECORDING_WRITE = frozenset({"recording:write"})

LIST_USERS = Operation("GET", "/users", _MEDIUM, "user:read:list_users", _USER_READ, for_account=True)
GET_USER = Operation(
    "GET", "/users/{userId}", _LIGHT, "user:read:user", _USER_READ | {"user_profile", "user_info:read"}
)
GET_USER_SETTINGS = Operation("GET", "/users/{userId}/settings", _MEDIUM, "user:read:settings", _USER_READ)
GET_USER_TOKEN = Operation(
    "GET", "/users/{userId}/token", _LIGHT, "user:read:token", _USER_READ | {"user_profile"}
)
GET_OWN_ZAK = Operation("GET", "/users/me/zak", _LIGHT, "user:read:zak", frozenset({"user_zak:read"}))

LIST_MEETINGS = Operation(
    "GET", "/users/{userId}/meetings", _MEDIUM, "meeting:read:list_meetings", _MEETING_READ
)
CREATE_MEETING = Operation(
    "POST", "/users/{userId}/meetings", _LIGHT, "meeting:write:meeting", _MEETING_WRITE, counts_for_host=True
)
GET_MEETING = Operation("GET", "/meetings/{meetingId}", _LIGHT, "meeting:read:meeting", _MEETING_READ)
UPDATE_MEETING = Operation(
    "PATCH", "/meetings/{meetingId}", _LIGHT, "meeting:update:meeting", _MEETING_WRITE, counts_for_host=True
)
DELETE_MEETING = Operation(
    "DELETE", "/meetings/{meetingId}", _LIGHT, "meeting:delete:meeting", _MEETING_WRITE
)
UPDATE_MEETING_STATUS = Operation(
    "PUT", "/meetings/{meetingId}/status", _LIGHT, "meeting:update:status", _MEETING_WRITE
)
IN_MEETING_CONTROL = Operation(
    "PATCH",
    "/live_meetings/{meetingId}/events",
    _MEDIUM,
    "meeting:update:in_meeting_controls",
    _MEETING_WRITE | {"meeting"},
)
GET_INVITATION = Operation(
    "GET", "/meetings/{meetingId}/invitation", _LIGHT, "meeting:read:invitation", _MEETING_READ
)

LIST_REGISTRANTS = Operation(
    "GET", "/meetings/{meetingId}/registrants", _MEDIUM, "meeting:read:list_registrants", _MEETING_READ
)
GET_REGISTRANT = Operation(
    "GET",
    "/meetings/{meetingId}/registrants/{registrantId}",
    _LIGHT,
    "meeting:read:registrant",
    _MEETING_READ,
)
ADD_REGISTRANT = Operation(
    "POST", "/meetings/{meetingId}/registrants", _LIGHT, "meeting:write:registrant", _MEETING_WRITE
)
ADD_REGISTRANTS = Operation(
    "POST",
    "/meetings/{meetingId}/batch_registrants",
    _HEAVY,
    "meeting:write:batch_registrants",
    _MEETING_WRITE,
)
UPDATE_REGISTRANTS_STATUS = Operation(
    "PUT",
    "/meetings/{meetingId}/registrants/status",
    _MEDIUM,
    "meeting:update:registrant_status",
    _MEETING_WRITE,
)
DELETE_REGISTRANT = Operation(
    "DELETE",
    "/meetings/{meetingId}/registrants/{registrantId}",
    _LIGHT,
    "meeting:delete:registrant",
    _MEETING_WRITE,
)

GET_PAST_MEETING = Operation(
    "GET", "/past_meetings/{meetingId}", _LIGHT, "meeting:read:past_meeting", _MEETING_READ
)
LIST_PAST_INSTANCES = Operation(
    "GET", "/past_meetings/{meetingId}/instances", _MEDIUM, "meeting:read:list_past_instances", _MEETING_READ
)
LIST_PAST_PARTICIPANTS = Operation(
    "GET",
    "/past_meetings/{meetingId}/participants",
    _MEDIUM,
    "meeting:read:list_past_participants",
    _MEETING_READ,
)
REPORT_MEETING = Operation(
    "GET", "/report/meetings/{meetingId}", _HEAVY, "report:read:meeting", _REPORT_READ, for_account=True
)
REPORT_MEETINGS = Operation(
    "GET", "/report/users/{userId}/meetings", _HEAVY, "report:read:user", _REPORT_READ, for_account=True
)
REPORT_PARTICIPANTS = Operation(
    "GET",
    "/report/meetings/{meetingId}/participants",
    _HEAVY,
    "report:read:list_meeting_participants",
    _REPORT_READ,
    for_account=True,
)

LIST_RECORDINGS = Operation(
    "GET", "/users/{userId}/recordings", _MEDIUM, "cloud_recording:read:list_user_recordings", _RECORDING_READ
)
GET_RECORDING = Operation(
    "GET",
    "/meetings/{meetingId}/recordings",
    _LIGHT,
    "cloud_recording:read:list_recording_files",
    _RECORDING_READ,
)
DELETE_RECORDING = Operation(
    "DELETE",
    "/meetings/{meetingId}/recordings",
    _LIGHT,
    "cloud_recording:delete:meeting_recording",
    _RECORDING_WRITE,
)
DELETE_RECORDING_FILE = Operation(
    "DELETE",
    "/meetings/{meetingId}/recordings/{recordingId}",
    _LIGHT,
    "cloud_recording:delete:recording_file",
    _RECORDING_WRITE,
)
RECOVER_RECORDING = Operation(
    "PUT",
    "/meetings/{meetingUUID}/recordings/status",
    _LIGHT,
    "cloud_recording:update:recover_meeting_recordings",
    _RECORDING_WRITE,
)
RECOVER_RECORDING_FILE = Operation(
    "PUT",
    "/meetings/{meetingId}/recordings/{recordingId}/status",
    _LIGHT,
    "cloud_recording:update:recover_single_recording",
    _RECORDING_WRITE,
)
GET_RECORDING_SETTINGS = Operation(
    "GET",
    "/meetings/{meetingId}/recordings/settings",
    _LIGHT,
    "cloud_recording:read:recording_settings",
    _RECORDING_READ,
)
UPDATE_RECORDING_SETTINGS = Operation(
    "PATCH",
    "/meetings/{meetingId}/recordings/settings",
    _LIGHT,
    "cloud_recording:update:recording_settings",
    _RECORDING_WRITE,
)
