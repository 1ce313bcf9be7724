"""A meeting's settings: what may be asked for, and what Zoom makes of it.

POST /users/{userId}/meetings. What was asked for is not what comes out: locks of the account win in silence,
a waiting room rules out joining before the host, and one of passcode, waiting room and sign-in always stands.
"""

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from zoomsim import errors, people
from zoomsim.errors import ValidationFailed
from zoomsim.records import Account, Json, User
from zoomsim.world import World


@dataclass(frozen=True)
class _Kind:
    """What a setting may hold: a type, perhaps one of some values or no longer than a length."""

    type: type
    values: tuple[Any, ...] = ()
    longest: int | None = None

    def fits(self, value: Any) -> bool:
        if type(value) is not self.type or (self.values and value not in self.values):
            return False
        return self.longest is None or len(str(value)) <= self.longest


_FLAGS = [
    "allow_host_control_participant_mute_state",
    "allow_multiple_devices",
    "alternative_host_manage_cloud_recording",
    "alternative_host_manage_meeting_summary",
    "alternative_host_update_polls",
    "alternative_hosts_email_notification",
    "auto_start_ai_companion_questions",
    "auto_start_meeting_summary",
    "close_registration",
    "cn_meeting",
    "device_testing",
    "disable_participant_video",
    "email_in_attendee_report",
    "email_notification",
    "enforce_login",
    "focus_mode",
    "host_save_video_order",
    "host_video",
    "in_meeting",
    "internal_meeting",
    "join_before_host",
    "meeting_authentication",
    "mute_upon_entry",
    "participant_focused_meeting",
    "participant_video",
    "private_meeting",
    "push_change_to_calendar",
    "registrants_confirmation_email",
    "registrants_email_notification",
    "request_permission_to_unmute_participants",
    "show_join_info",
    "show_share_button",
    "use_pmi",
    "waiting_room",
    "watermark",
]
_LISTS = [
    "additional_data_center_regions",
    "authentication_exception",
    "global_dial_in_countries",
    "meeting_invitees",
    "resources",
]
_OBJECTS = [
    "approved_or_denied_countries_or_regions",
    "auto_add_recording_to_video_management",
    "breakout_room",
    "continuous_meeting_chat",
    "language_interpretation",
    "question_and_answer",
    "sign_language_interpretation",
    "waiting_room_options",
]
_TEXTS = [
    "alternative_hosts",
    "authentication_domains",
    "authentication_option",
    "contact_email",
    "contact_name",
    "enforce_login_domains",
    "summary_template_id",
]
_KINDS = {
    **{name: _Kind(bool) for name in _FLAGS},
    **{name: _Kind(list) for name in _LISTS},
    **{name: _Kind(dict) for name in _OBJECTS},
    **{name: _Kind(str) for name in _TEXTS},
    "approval_type": _Kind(int, (0, 1, 2)),
    "audio": _Kind(str, ("both", "telephony", "voip", "thirdParty")),
    "audio_conference_info": _Kind(str, longest=2048),
    "auto_recording": _Kind(str, ("local", "cloud", "none")),
    "calendar_type": _Kind(int, (1, 2)),
    "encryption_type": _Kind(str, ("enhanced_encryption", "e2ee")),
    "jbh_time": _Kind(int, (0, 5, 10, 15)),
    "registration_type": _Kind(int, (1, 2, 3)),
    "who_can_ask_questions": _Kind(int, (1, 2, 3, 4, 5)),
    "who_will_receive_summary": _Kind(int, (1, 2, 3, 4)),
}
# What PATCH with an occurrence_id may change; the rest of what it sends is left alone.
OF_ONE_OCCURRENCE = (
    "host_video",
    "participant_video",
    "join_before_host",
    "mute_upon_entry",
    "waiting_room",
    "watermark",
    "auto_recording",
)
# What the two kinds of schema do not describe alike: not shown in answers.
_ASKED_ONLY = ("waiting_room_options", "additional_data_center_regions", "authentication_exception")


def checked(raw: Any) -> Json:
    """The settings asked for that Zoom knows; unknown ones are ignored. Raises 300 for wrong values."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise ValidationFailed(("settings", "Invalid field."))
    asked = {name: value for name, value in raw.items() if name in _KINDS and value is not None}
    wrong = [name for name, value in asked.items() if not _KINDS[name].fits(value)]
    if re.search(r"[,\s]", str(asked.get("enforce_login_domains", ""))):
        raise errors.invalid("Invalid `enforce_login_domains`. Separate multiple domains with semicolons.")
    if wrong:
        raise ValidationFailed(*((f"settings.{name}", "Invalid field.") for name in wrong))
    return asked


def settled(world: World, host: User, before: Json, asked: Json, *, has_passcode: bool) -> Json:
    """What holds after a create (`before` the host's defaults) or an update (`before` the meeting's own)."""
    account = people.account_of(world, host)
    settings = deepcopy(before) | deepcopy(asked)
    if "alternative_hosts" in asked:
        settings["alternative_hosts"] = _alternative_hosts(world, host, asked["alternative_hosts"])
    _apply_plan(world, host, settings)
    settings |= {name: value for name, value in account.locks.items() if name in _KINDS}
    _keep_one_safeguard(settings, has_passcode=has_passcode, account=account)
    return settings


def defaults(world: World, host: User) -> Json:
    """A new meeting's settings where the request says nothing."""
    own = people.settings_of(world, host)
    schedule = own["schedule_meeting"]
    settings: Json = {
        "host_video": schedule["host_video"],
        "participant_video": schedule["participants_video"],
        "cn_meeting": False,
        "in_meeting": False,
        "join_before_host": schedule["join_before_host"],
        "jbh_time": 0,
        "mute_upon_entry": False,
        "watermark": False,
        "use_pmi": False,
        "approval_type": 2,
        "audio": "both",
        "auto_recording": own["recording"]["auto_recording"],
        "enforce_login": False,
        "enforce_login_domains": "",
        "alternative_hosts": "",
        "alternative_hosts_email_notification": True,
        "close_registration": False,
        "show_share_button": False,
        "allow_multiple_devices": False,
        "registrants_confirmation_email": True,
        "registrants_email_notification": True,
        "waiting_room": own["in_meeting"]["waiting_room"],
        "request_permission_to_unmute_participants": False,
        "meeting_authentication": False,
        "encryption_type": "enhanced_encryption",
        "approved_or_denied_countries_or_regions": {"enable": False},
        "breakout_room": {"enable": False},
        "internal_meeting": False,
        "continuous_meeting_chat": {"enable": False},
        "participant_focused_meeting": False,
        "push_change_to_calendar": False,
        "resources": [],
        "auto_start_meeting_summary": False,
        "auto_start_ai_companion_questions": False,
        "allow_host_control_participant_mute_state": False,
        "alternative_host_update_polls": False,
        "alternative_host_manage_meeting_summary": False,
        "alternative_host_manage_cloud_recording": False,
        "device_testing": False,
        "focus_mode": False,
        "private_meeting": False,
        "email_notification": True,
        "host_save_video_order": False,
        "email_in_attendee_report": False,
        "disable_participant_video": False,
        "show_join_info": False,
        "meeting_invitees": [],
        "global_dial_in_countries": [],
    }
    return settings


def shown(settings: Json, host: User) -> Json:
    """As answers show them."""
    visible = {name: value for name, value in settings.items() if name not in _ASKED_ONLY}
    visible["global_dial_in_numbers"] = []
    visible.setdefault("contact_name", host.display_name)
    visible.setdefault("contact_email", host.email)
    return visible


def _apply_plan(world: World, host: User, settings: Json) -> None:
    """What the licence or the account's set-up does not offer is dropped without an error."""
    if not people.is_licensed(host):
        settings["approval_type"] = 2
        if settings["auto_recording"] == "cloud":
            settings["auto_recording"] = "none"
    if not people.setting(world, host, "in_meeting", "breakout_room_schedule"):
        settings["breakout_room"] = {"enable": False}


def _keep_one_safeguard(settings: Json, *, has_passcode: bool, account: Account) -> None:
    """One of passcode, waiting room and sign-in always stands: with none, the waiting room comes back on."""
    if not (has_passcode or settings["waiting_room"] or settings["meeting_authentication"]):
        settings["waiting_room"] = True
    if settings["waiting_room"] and not account.locks.get("join_before_host"):
        settings["join_before_host"] = False


def _alternative_hosts(world: World, host: User, text: str) -> str:
    """Separated by commas or semicolons; each a licensed person of a licensed host's account. The refusal is
    our guess."""
    emails = []
    for name in filter(None, (part.strip() for part in text.replace(",", ";").split(";"))):
        user = people.find_user(world, name)
        both_licensed = user is not None and people.is_licensed(user) and people.is_licensed(host)
        if user is None or user.account_id != host.account_id or not both_licensed:
            if world.switches["bad_alternative_host"] == "dropped":
                continue
            raise ValidationFailed(("settings.alternative_hosts", f"Invalid alternative host: {name}."))
        emails.append(user.email)
    return ";".join(emails)
