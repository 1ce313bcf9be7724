"""Scopes: what the apps are granted, and what a call needs."""

from collections.abc import Iterable

from zoomsim.records import App
from zoomsim.world import World

# What a scheduling product is likely to be set up with in the Marketplace (user-managed, granular).
GRANULAR = [
    "user:read:user",
    "user:read:settings",
    "user:read:token",
    "user:read:zak",
    "user:read:list_schedulers",
    "user:read:list_assistants",
    "meeting:read:list_meetings",
    "meeting:read:meeting",
    "meeting:read:invitation",
    "meeting:read:participant",
    "meeting:write:meeting",
    "meeting:update:meeting",
    "meeting:update:status",
    "meeting:update:in_meeting_controls",
    "meeting:delete:meeting",
    "meeting:read:list_registrants",
    "meeting:read:registrant",
    "meeting:read:list_registration_questions",
    "meeting:update:registration_question",
    "meeting:write:registrant",
    "meeting:write:batch_registrants",
    "meeting:update:registrant_status",
    "meeting:delete:registrant",
    "meeting:read:past_meeting",
    "meeting:read:list_past_instances",
    "meeting:read:list_past_participants",
    "cloud_recording:read:list_user_recordings",
    "cloud_recording:read:list_recording_files",
    "cloud_recording:read:recording",
    "cloud_recording:read:recording_settings",
    "cloud_recording:read:meeting_transcript",
    "cloud_recording:update:recording_settings",
    "cloud_recording:delete:meeting_recording",
    "cloud_recording:delete:recording_file",
    "cloud_recording:update:recover_meeting_recordings",
    "cloud_recording:update:recover_single_recording",
]
CLASSIC = ["user:read", "user_zak:read", "meeting:read", "meeting:write", "recording:read", "recording:write"]
_ADMIN_ONLY = [
    "user:read:list_users:admin",
    "user:read:list_schedulers:admin",
    "user:read:list_assistants:admin",
    "report:read:list_meeting_participants:admin",
    "report:read:meeting:admin",
    "report:read:list_users:admin",
    "report:read:user:admin",
]


def scopes_of(world: World, app: App) -> list[str]:
    """What a consent (or a server-to-server token) grants, as set in the Marketplace."""
    if app.kind == "account":
        return [f"{scope}:admin" for scope in GRANULAR] + _ADMIN_ONLY
    chosen = world.switches["app_scopes"]
    if isinstance(chosen, list):
        return [str(scope) for scope in chosen]
    return list({"granular": GRANULAR, "classic": CLASSIC}[chosen])


def allows(held: Iterable[str], *, granular: str, classic: Iterable[str]) -> bool:
    """Whether a token with these scopes may make a call that needs the granular or a classic one."""
    held = set(held)
    return any(scope in held or f"{scope}:admin" in held for scope in (granular, *classic))
