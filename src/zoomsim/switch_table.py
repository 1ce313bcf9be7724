"""What may be switched: each place where sources about Zoom disagree, or where tests want it otherwise."""

from typing import Any

# name: (values that it may have, or a type; value at the start; what it does)
SWITCHES: dict[str, tuple[Any, Any, str]] = {
    "refresh_mode": (
        ("strict", "grace"),
        "strict",
        "grace: the refresh token before the newest still works, and older access tokens live on",
    ),
    "last_authorisation_wins": (
        bool,
        True,
        "a new consent of a user to an app kills that user's earlier tokens",
    ),
    "s2s_single_token": (bool, False, "a new server-to-server token kills the one before it"),
    "dead_refresh_answer": (
        ("invalid_grant", "invalid_request", "bare", "401"),
        "invalid_grant",
        "which of the known answers a dead refresh token gets",
    ),
    "denial": (
        ("bare", "access_denied", "stays"),
        "bare",
        "what a declined consent sends back: state alone, error=access_denied, or nobody",
    ),
    "app_published": (bool, False, "people of other accounts may authorise; app_deauthorized is sent"),
    "app_scopes": (
        (list, str),
        "granular",
        "scopes of the user-managed app: granular, classic, or a list of scopes",
    ),
    "redirect_urls": (list, [], "the app's allow list of redirect addresses"),
    "revoke_expired": (bool, False, "an access token that has expired still ends its authorisation"),
    "bad_token_status": ((401, 400), 401, "status of the answer to a token that is no good (code 124)"),
    "scope_refusal": (
        (4711, 4700, 104),
        4711,
        "code of the 400 for a scope that lacks; 4700 does not say which",
    ),
    "other_user": (
        (4711, 1001),
        4711,
        "a user's own token that names somebody else of the account lacks a scope, or finds nobody",
    ),
    "account_me": (
        bool,
        True,
        "the account's own app is its owner where it says me; else there is no such user",
    ),
    "unknown_address": ((404, 400), 404, "status of the answer to an address that Zoom does not have"),
    "long_tokens": (bool, False, "access tokens of more than 2,000 characters"),
    "end_idle": (("204", "3000"), "204", "answer when a meeting is ended that is not running"),
    "series_without_top_times": (
        bool,
        True,
        "recurring meetings (type 8) have start_time and duration in their occurrences alone",
    ),
    "series_in_lists": (
        ("dates", "once", "always_dates"),
        "dates",
        "lists of coming and past meetings name a series for each date, or once; or all lists for each date",
    ),
    "unlisted_zones": (
        ("refused", "taken", "ignored"),
        "refused",
        "a time zone that the documentation doesn't list is refused, taken, or as if not given",
    ),
    "max_occurrences": (int, 60, "how many dates one recurring meeting may have"),
    "unlicensed_hosts": (
        ("create", "all"),
        "create",
        "a host without a licence for meetings may not create any (3161), or not even read what there is",
    ),
    "too_many_occurrences": (
        ("cut", "refused"),
        "cut",
        "a series of more dates than there may be ends earlier without a word, or is refused",
    ),
    "bad_alternative_host": (
        ("refused", "dropped"),
        "refused",
        "an alternative host who may not be one is refused, or left out without a word",
    ),
    "max_registrants": (int, 4_999, "how many people may register for one meeting"),
    "register_no_meeting": (
        (1001, 3001),
        1001,
        "code of the 404 when somebody is registered for a meeting that does not exist",
    ),
    "registrant_limit": (
        ("meeting", "everywhere"),
        "meeting",
        "the three adds a day of one e-mail are counted for each meeting, or for all meetings together",
    ),
    "report_delay_minutes": (int, 30, "how long after a meeting's end Zoom has worked out who was there"),
    "early_report": (
        ("none", "zeros"),
        "none",
        "before that, a report does not exist, or has durations of 0 as past meetings' participants have",
    ),
    "lone_meeting": (
        ("empty", "3001"),
        "empty",
        "participants of a past meeting of one person: an empty list, or 404",
    ),
    "waiting_room_rows": (
        bool,
        True,
        "participants of past meetings and reports have rows of the waiting room",
    ),
    "recording_delay_minutes": (int, 10, "how long after a recording's end its files are ready"),
    "transcript_delay_minutes": (int, 10, "how long after that a transcript is ready"),
    "early_recordings": (
        ("none", "processing"),
        "none",
        "until then there is no recording, or its files have the status processing",
    ),
    "timeline_files": (
        bool,
        False,
        "recordings have a TIMELINE file too, which lacks id, size, type and status",
    ),
    "long_range": (
        ("refused", "cut"),
        "refused",
        "a list of recordings over more than a month is refused, or begins later without a word",
    ),
    "storage_full": (bool, False, "the account's cloud storage is full: nothing is recovered"),
    "download_refusal": (
        ("200", "401"),
        "200",
        "status of the sign-in page that a download without a good token gets",
    ),
    "download_redirects": (bool, True, "a download is sent on to a signed address"),
    "download_parts": (bool, True, "a part of a download that is asked for comes alone; else all of it"),
    "recording_padding": (int, 0, "by how many bytes recordings are longer than they need be"),
    "download_by_query": (bool, True, "a download takes its token as ?access_token= too"),
    "delete_counts": (bool, True, "deletes count in the 100 creates and updates a day of a host"),
    "rate_window": (
        ("fixed", "sliding"),
        "fixed",
        "a second of the rate limits begins with each second of the clock, or moves along",
    ),
    "rate_headers": (
        ("category", "full"),
        "category",
        "on answers that went well: the category alone, or limit and remaining as well",
    ),
    "per_second_code": ((429, 4001), 429, "code in the body of a per-second 429"),
    "awkward_uuids": (bool, False, "every meeting uuid starts with / or contains //"),
    "basic_host_joined": (bool, False, "send participant_joined for a Basic host who starts a meeting"),
    "second_meeting": (
        ("ends_first", "refused"),
        "ends_first",
        "who holds as many meetings as the plan allows and starts another ends the oldest, or can't",
    ),
    "breakout_leaves": (
        bool,
        False,
        "going to a breakout room and back is told as leaving and joining the meeting as well",
    ),
    "breakout_rows": (
        bool,
        True,
        "reports have a row for each stretch in a breakout room, by its `bo_mtg_id`",
    ),
    "joined_moment": (
        ("join_time", "date_time"),
        "join_time",
        "name of the instant in participant_joined: as in schema and traffic, or as in Zoom's example",
    ),
    "leave_reasons": (
        ("documented", "seen"),
        "documented",
        "leave_reason is Zoom's sentence, or longer as seen in traffic",
    ),
    "ended_by": (bool, False, "meeting.ended names an operator, as in Zoom's example"),
    "deauthorized_time": (
        ("beside", "inside"),
        "beside",
        "event_ts of app_deauthorized: a number next to event, or text in the payload as in the example",
    ),
    "identities_hidden": (
        bool,
        False,
        "names and e-mails of participants are empty, as in accounts bound by HIPAA",
    ),
    "free_plan_events": (
        bool,
        False,
        "free accounts have all events: also changes of meetings, registration, recordings",
    ),
    "event_extras": (bool, True, "undocumented fields of real events: host_email, public_ip, private_ip"),
    "retry_4xx": (bool, False, "webhooks that were answered 3xx or 4xx are tried again too"),
    "retries_restamped": (bool, True, "a retried webhook carries the time of the retry"),
    "timestamp_unit": (("seconds", "milliseconds"), "seconds", "unit of x-zm-request-timestamp"),
    "webhooks_for": (
        ("authorised", "everyone"),
        "authorised",
        "events of hosts who authorised the app (or whose account did), or of all hosts",
    ),
    "url_validation": (bool, True, "challenge the webhook address at the start and every 72 hours"),
    "calls_kept": (int, 20_000, "calls, and webhooks sent, that the log remembers"),
}
