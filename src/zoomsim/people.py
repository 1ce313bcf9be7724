"""What a Zoom user may do and how it is set up: licence, plan, settings."""

from copy import deepcopy
from typing import Any

from zoomsim.records import Account, Json, User
from zoomsim.seed import BASIC, LICENSED, UNASSIGNED
from zoomsim.world import World

_PASSCODE_REQUIREMENT: Json = {
    "length": 0,
    "have_letter": False,
    "have_number": False,
    "have_special_character": False,
    "have_upper_and_lower_characters": False,
    "only_allow_numeric": False,
    "consecutive_characters_length": 0,
    "weak_enhance_detection": False,
}


def account_of(world: World, user: User) -> Account:
    account = world.store.accounts.get(user.account_id)
    assert account is not None
    return account


def find_user(world: World, key: str) -> User | None:
    """By Zoom's id or by e-mail; who was deleted is unknown."""
    condition = "(id = ? OR email = ?) AND status <> 'deleted'"
    return next(iter(world.store.users.where(condition, key, key.lower())), None)


def may_host(user: User) -> bool:
    return user.type != UNASSIGNED and user.status == "active"


def is_licensed(user: User) -> bool:
    return user.type == LICENSED


def minutes_limit(user: User) -> int:
    """How long a meeting with somebody besides the host may last: 40 minutes on Basic, else 30 hours."""
    return 40 if user.type == BASIC else 30 * 60


def concurrent_meetings(world: World, user: User) -> int:
    """How many meetings a host may hold at once: two when Licensed on Business, Education and above."""
    return 2 if is_licensed(user) and account_of(world, user).plan not in ("free", "pro") else 1


def settings_of(world: World, user: User) -> Json:
    """GET /users/{id}/settings: the defaults, with what this user changed."""
    settings = _defaults(world, user)
    for section, values in user.settings.items():
        settings.setdefault(section, {}).update(deepcopy(values))
    return settings


def setting(world: World, user: User, section: str, name: str) -> Any:
    return settings_of(world, user)[section][name]


def security_of(world: World, user: User) -> Json:
    """GET /users/{id}/settings?option=meeting_security."""
    settings = settings_of(world, user)
    schedule = settings["schedule_meeting"]
    required = schedule["require_password_for_scheduling_new_meetings"]
    return {
        "auto_security": True,
        "block_user_domain": False,
        "block_user_domain_list": [],
        "embed_password_in_join_link": schedule["embed_password_in_join_link"],
        "encryption_type": "enhanced_encryption",
        "end_to_end_encrypted_meetings": False,
        "meeting_password": required,
        "meeting_password_requirement": schedule["meeting_password_requirement"],
        "only_authenticated_can_join_from_webclient": False,
        "phone_password": schedule["pstn_password_protected"],
        "pmi_password": True,
        "require_password_for_scheduled_meeting": required,
        "require_password_for_scheduled_webinar": required,
        "waiting_room": settings["in_meeting"]["waiting_room"],
        "waiting_room_settings": {
            "participants_to_place_in_waiting_room": 0,
            "users_who_can_admit_participants_from_waiting_room": 0,
            "whitelisted_domains_for_waiting_room": "",
        },
        "webinar_password": True,
    }


def authentication_of(user: User) -> Json:
    """GET /users/{id}/settings?option=meeting_authentication."""
    option = {
        "id": f"signIn_{user.account_id}",
        "name": "Sign in to Zoom",
        "type": "enforce_login",
        "default_option": True,
        "visible": True,
    }
    return {
        "allow_authentication_exception": False,
        "authentication_options": [option],
        "meeting_authentication": False,
    }


def _defaults(world: World, user: User) -> Json:
    licensed = is_licensed(user)
    concurrent = "Plus" if concurrent_meetings(world, user) > 1 else "Basic"
    return {
        "schedule_meeting": {
            "host_video": True,
            "participants_video": False,
            "audio_type": "both",
            "join_before_host": False,
            "use_pmi_for_scheduled_meetings": False,
            "use_pmi_for_instant_meetings": False,
            "require_password_for_scheduling_new_meetings": True,
            "require_password_for_scheduled_meetings": True,
            "require_password_for_instant_meetings": True,
            "require_password_for_pmi_meetings": "all",
            "pstn_password_protected": True,
            "embed_password_in_join_link": True,
            "meeting_password_requirement": dict(_PASSCODE_REQUIREMENT),
            "personal_meeting": True,
        },
        "in_meeting": {
            "waiting_room": False,
            "breakout_room": True,
            "breakout_room_schedule": False,
            "chat": True,
            "private_chat": True,
            "polling": licensed,
            "screen_sharing": True,
            "who_can_share_screen": "host",
            "entry_exit_chime": "none",
            "co_host": licensed,
            "virtual_background": True,
        },
        "email_notification": {
            "jbh_reminder": True,
            "cancel_meeting_reminder": True,
            "alternative_host_reminder": True,
            "schedule_for_reminder": True,
        },
        "recording": {
            "local_recording": True,
            "cloud_recording": licensed,
            "auto_recording": "none",
            "host_pause_stop_recording": True,
            "recording_audio_transcript": licensed,
        },
        "telephony": {"third_party_audio": False, "show_international_numbers_link": True},
        "feature": {
            "meeting_capacity": 300 if account_of(world, user).plan in ("business", "education") else 100,
            "large_meeting": False,
            "webinar": False,
            "cn_meeting": False,
            "in_meeting": False,
            "zoom_phone": False,
            "concurrent_meeting": concurrent,
        },
        "tsp": {"call_out": False, "show_international_numbers_link": True},
    }
