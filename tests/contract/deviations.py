"""Where Zoom's own schemas and Zoom's own traffic disagree, each by name: nothing else is let through.

Paths name a value inside a body, with dots; `[]` stands for every element of a list.
"""

# Fields that real or official events have beyond their schema.
EXTRA_IN_EVENTS: dict[str, tuple[str, ...]] = {
    # Captured traffic, October 2026.
    "meeting.started": ("payload.object.host_email",),
    "meeting.ended": (
        "payload.object.host_email",
        # The official sample.
        "payload.operator",
        "payload.operator_id",
        "payload.operation",
    ),
    "meeting.participant_joined": (
        "payload.object.participant.public_ip",
        # The official sample, in place of the join_time of schema and traffic.
        "payload.object.participant.date_time",
    ),
    "meeting.participant_left": (
        "payload.object.participant.public_ip",
        "payload.object.participant.private_ip",
        "payload.object.participant.date_time",
    ),
    "meeting.participant_admitted": ("payload.operator", "payload.operator_id", "payload.operation"),
    "meeting.participant_joined_breakout_room": ("payload.object.participant.date_time",),
    "meeting.participant_left_breakout_room": ("payload.object.participant.date_time",),
}

# Fields that official samples lack though their schema requires them.
MISSING_IN_SAMPLES: dict[str, tuple[str, ...]] = {
    "meeting.participant_joined": ("payload.object.participant.join_time",),
    "meeting.participant_joined_breakout_room": ("payload.object.participant.join_time",),
}

# Values outside an enumeration or type of the schema, seen in official samples.
ODD_VALUES_IN_SAMPLES: dict[str, tuple[str, ...]] = {
    "user.activated": ("payload.object.type",),
    "user.deactivated": ("payload.object.type",),
    "user.disassociated": ("payload.object.type",),
    "app_deauthorized": ("payload.event_ts",),
}

# REST: values outside the schema that Zoom documents or sends.
ODD_VALUES: dict[str, tuple[str, ...]] = {
    # Several days are comma-separated, which an enumeration of single days cannot say.
    "recurrence.weekly_days": (
        "POST /users/{userId}/meetings",
        "GET /meetings/{meetingId}",
        "PATCH /meetings/{meetingId}",
    ),
    # 0 means without an end.
    "recurrence.end_times": (
        "POST /users/{userId}/meetings",
        "GET /meetings/{meetingId}",
        "PATCH /meetings/{meetingId}",
    ),
    # Files that are still being worked on, and timelines, as https://developers.zoom.us describes elsewhere.
    "recording_files.[].status": ("GET /meetings/{meetingId}/recordings",),
    "recording_files.[].file_type": ("GET /meetings/{meetingId}/recordings",),
    # Text: `yyyy-MM-ddTHH:mm:ss` without Z is the wall clock of `timezone`, which date-time does not allow.
    "start_time": ("POST /users/{userId}/meetings", "PATCH /meetings/{meetingId}"),
}

# Codes that any operation may answer though its own list does not name them, by status.
COMMON_CODES: dict[int, tuple[int, ...]] = {
    400: (300, 4711, 4700, 104, 124, 2300),
    401: (124,),
    404: (2300,),
    429: (429, 4001),
}

# Codes that are seen, or documented for a sister operation, though an operation's own list lacks them.
HISTORIC_CODES: dict[str, tuple[tuple[int, int], ...]] = {
    "DELETE /meetings/{meetingId}": ((400, 3002),),
    # A webinar's number, as its kin refuse it.
    "GET /meetings/{meetingId}/invitation": ((400, 3000),),
    # 200: no licence, documented for DELETE of a registrant. 404 and 3038: documented for batches. 3027: a
    # host can't register, documented for webinars and seen (indico/indico-plugins#319). 3001: a missing
    # meeting, as everywhere else.
    "GET /meetings/{meetingId}/registrants": ((400, 200),),
    # Nothing is documented for a meeting without a recording: as everywhere else.
    "GET /meetings/{meetingId}/recordings/settings": ((404, 3301), (400, 1010)),
    "PATCH /meetings/{meetingId}/recordings/settings": ((404, 3301), (400, 1010)),
    "POST /meetings/{meetingId}/registrants": ((400, 200), (400, 404), (400, 3027), (400, 3038), (404, 3001)),
    "GET /meetings/{meetingId}/registrants/{registrantId}": ((400, 200),),
    "PUT /meetings/{meetingId}/registrants/status": ((400, 200),),
    "POST /meetings/{meetingId}/batch_registrants": ((400, 200), (400, 3000), (400, 3027)),
}
