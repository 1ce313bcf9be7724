"""Every operation of the API that the simulator knows; docs/reference/simulator.md describes the table."""

from zoomsim.rest import meetings, registrants, users
from zoomsim.rest.operation import Operation

_USER = ("user:read", "user:write")
_READ = ("meeting:read",)
_WRITE = ("meeting:write",)

# method, path below /v2, Zoom's operationId, granular scope, classic scopes, rate class, what does it
OPERATIONS = [
    Operation(
        "GET", "/users/me/zak", "userZak", "user:read:zak", ("user_zak:read",), "LIGHT", users.get_my_zak
    ),
    Operation("GET", "/users/{userId}", "user", "user:read:user", _USER, "LIGHT", users.get_user),
    Operation(
        "GET",
        "/users/{userId}/settings",
        "userSettings",
        "user:read:settings",
        _USER,
        "MEDIUM",
        users.get_settings,
    ),
    Operation(
        "GET", "/users/{userId}/token", "userToken", "user:read:token", _USER, "LIGHT", users.get_token
    ),
    Operation(
        "GET",
        "/users/{userId}/meetings",
        "meetings",
        "meeting:read:list_meetings",
        _READ,
        "MEDIUM",
        meetings.list_meetings,
    ),
    Operation(
        "POST",
        "/users/{userId}/meetings",
        "meetingCreate",
        "meeting:write:meeting",
        _WRITE,
        "LIGHT",
        meetings.create_meeting,
    ),
    Operation(
        "GET",
        "/meetings/{meetingId}",
        "meeting",
        "meeting:read:meeting",
        _READ,
        "LIGHT",
        meetings.get_meeting,
    ),
    Operation(
        "PATCH",
        "/meetings/{meetingId}",
        "meetingUpdate",
        "meeting:update:meeting",
        _WRITE,
        "LIGHT",
        meetings.update_meeting,
    ),
    Operation(
        "DELETE",
        "/meetings/{meetingId}",
        "meetingDelete",
        "meeting:delete:meeting",
        _WRITE,
        "LIGHT",
        meetings.delete_meeting,
    ),
    Operation(
        "PUT",
        "/meetings/{meetingId}/status",
        "meetingStatus",
        "meeting:update:status",
        _WRITE,
        "LIGHT",
        meetings.put_status,
    ),
    Operation(
        "GET",
        "/meetings/{meetingId}/invitation",
        "meetingInvitation",
        "meeting:read:invitation",
        _READ,
        "LIGHT",
        meetings.get_invitation,
    ),
    Operation(
        "GET",
        "/meetings/{meetingId}/registrants",
        "meetingRegistrants",
        "meeting:read:list_registrants",
        _READ,
        "MEDIUM",
        registrants.list_registrants,
    ),
    Operation(
        "POST",
        "/meetings/{meetingId}/registrants",
        "meetingRegistrantCreate",
        "meeting:write:registrant",
        _WRITE,
        "LIGHT",
        registrants.add_registrant,
    ),
    Operation(
        "PUT",
        "/meetings/{meetingId}/registrants/status",
        "meetingRegistrantStatus",
        "meeting:update:registrant_status",
        _WRITE,
        "MEDIUM",
        registrants.put_status,
    ),
    Operation(
        "GET",
        "/meetings/{meetingId}/registrants/{registrantId}",
        "meetingRegistrantGet",
        "meeting:read:registrant",
        _READ,
        "LIGHT",
        registrants.get_registrant,
    ),
    Operation(
        "DELETE",
        "/meetings/{meetingId}/registrants/{registrantId}",
        "meetingregistrantdelete",
        "meeting:delete:registrant",
        _WRITE,
        "LIGHT",
        registrants.delete_registrant,
    ),
    Operation(
        "POST",
        "/meetings/{meetingId}/batch_registrants",
        "addBatchRegistrants",
        "meeting:write:batch_registrants",
        _WRITE,
        "HEAVY",
        registrants.add_batch,
    ),
]
