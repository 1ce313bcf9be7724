"""Passcodes: which are accepted, and those that Zoom makes up itself."""

import re

from zoomsim import people
from zoomsim.errors import ValidationFailed
from zoomsim.records import User
from zoomsim.world import World

_LONGEST = 10
_ALLOWED = re.compile(r"[A-Za-z0-9@\-_*!#$%^&+=.?~]*")


def checked(world: World, host: User, passcode: str) -> str:
    """A passcode that somebody chose, if it meets the rules of all meetings and of the host. Raises 300."""
    problem = _problem(
        people.settings_of(world, host)["schedule_meeting"]["meeting_password_requirement"], passcode
    )
    if problem:
        raise ValidationFailed(("password", problem))
    return passcode


def made_up(world: World) -> str:
    """Six digits, as Zoom makes them."""
    return world.chance.digits("passcode", 6)


def is_required(world: World, host: User) -> bool:
    """Whether a meeting of this host gets a passcode if none was sent."""
    return bool(
        people.setting(world, host, "schedule_meeting", "require_password_for_scheduling_new_meetings")
    )


def is_locked(world: World, host: User) -> bool:
    """Whether the account forces a passcode whatever was asked for."""
    return bool(people.account_of(world, host).locks.get("passcode"))


def join_pwd(world: World, passcode: str) -> str:
    """The `pwd` of a join address: changes with the passcode, empty without one."""
    return f"{world.chance.urlsafe('pwd', 24).replace('-', 'x').replace('_', 'y')}.1" if passcode else ""


def _problem(rule: dict[str, object], passcode: str) -> str | None:
    """Why a passcode is refused."""
    length = rule["length"]
    assert isinstance(length, int)
    checks = [
        (len(passcode) <= _LONGEST, f"The password must be no longer than {_LONGEST} characters."),
        (_ALLOWED.fullmatch(passcode) is not None, "The password contains characters that are not allowed."),
        (len(passcode) >= length, f"The password must have at least {length} characters."),
        (not rule["have_letter"] or re.search("[A-Za-z]", passcode), "The password must have a letter."),
        (not rule["have_number"] or re.search("[0-9]", passcode), "The password must have a number."),
        (
            not rule["have_special_character"] or re.search("[^A-Za-z0-9]", passcode),
            "The password must have a special character.",
        ),
        (
            not rule["have_upper_and_lower_characters"]
            or (re.search("[A-Z]", passcode) and re.search("[a-z]", passcode)),
            "The password must have upper-case and lower-case letters.",
        ),
        (not rule["only_allow_numeric"] or passcode.isdigit(), "The password must be numeric."),
    ]
    return next((message for fine, message in checks if not fine), None)
