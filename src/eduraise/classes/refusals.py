"""Zoom's refusals in a teacher's words: which field they concern, what to do, and who can."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Mender(StrEnum):
    """Who can do something about it."""

    TEACHER = "teacher"
    ADMIN = "admin"


@dataclass(frozen=True)
class Refusal:
    """field: the form's field that it stands at, "" for the form as a whole."""

    field: str
    sentence: str | Promise
    mender: Mender


# What zoomclient calls each refusal (`zoomclient.refusals.REASONS`), and for a field that Zoom named
# "invalid_field:<Zoom's field>".
REFUSALS: dict[str, Refusal] = {
    "invalid_field:topic": Refusal(
        "topic",
        _("Zoom doesn’t take this title. Choose another."),
        Mender.TEACHER,
    ),
    "invalid_field:agenda": Refusal(
        "description",
        _("Zoom doesn’t take this description. Shorten it."),
        Mender.TEACHER,
    ),
    "invalid_field:start_time": Refusal(
        "time",
        _("Zoom doesn’t take this time. Choose another."),
        Mender.TEACHER,
    ),
    "invalid_field:timezone": Refusal(
        "zone",
        _("Zoom doesn’t know this time zone. Choose a city near by."),
        Mender.TEACHER,
    ),
    "invalid_field:duration": Refusal(
        "minutes",
        _("Zoom doesn’t take this length. Choose another."),
        Mender.TEACHER,
    ),
    "invalid_field:password": Refusal(
        "has_passcode",
        _("Zoom doesn’t take the passcode: the Zoom account has rules for it. The Zoom admin can say which."),
        Mender.ADMIN,
    ),
    "invalid_field:settings.auto_recording": Refusal(
        "auto_recording",
        _("Zoom can’t record like this on this Zoom account. Choose another way."),
        Mender.TEACHER,
    ),
    "invalid_field:settings.meeting_authentication": Refusal(
        "requires_sign_in",
        _("Zoom can’t require signing in on this Zoom account. The Zoom admin can allow it."),
        Mender.ADMIN,
    ),
    "invalid_field:settings.waiting_room": Refusal(
        "entry",
        _("Zoom doesn’t take this way to come in on this Zoom account. Choose the other one."),
        Mender.TEACHER,
    ),
    "invalid_field:settings.join_before_host": Refusal(
        "entry",
        _("Zoom doesn’t take this way to come in on this Zoom account. Choose the other one."),
        Mender.TEACHER,
    ),
    "invalid_field:settings.mute_upon_entry": Refusal(
        "mutes_on_entry",
        _("Zoom doesn’t take this for muting. Choose the other one."),
        Mender.TEACHER,
    ),
    "invalid_login_domains": Refusal(
        "requires_sign_in",
        _("Zoom can’t require signing in on this Zoom account. The Zoom admin can allow it."),
        Mender.ADMIN,
    ),
    "given_up": Refusal(
        "",
        _("An admin has stopped trying this at Zoom. Try it again, or change the class."),
        Mender.TEACHER,
    ),
    "invalid_field": Refusal(
        "",
        _("Zoom doesn’t take something in this class. Change its title or time and try again."),
        Mender.TEACHER,
    ),
    "invalid_body": Refusal(
        "",
        _("Zoom couldn’t read what we sent. The admin can look into it."),
        Mender.ADMIN,
    ),
    "host_unlicensed": Refusal(
        "teacher",
        _("This Zoom user may not hold meetings: it has no licence. The Zoom admin can give it one."),
        Mender.ADMIN,
    ),
    "paid_plan_needed": Refusal(
        "auto_recording",
        _("The Zoom account’s plan doesn’t include this. The admin can change the plan, or you the setting."),
        Mender.TEACHER,
    ),
    "scope_missing": Refusal(
        "teacher",
        _("The Zoom connection lacks a right that is needed. Connect Zoom again; the admin sees which."),
        Mender.ADMIN,
    ),
    "no_permission": Refusal(
        "teacher",
        _("Zoom says that this Zoom user may not do this. The Zoom admin can allow it."),
        Mender.ADMIN,
    ),
    "user_not_found": Refusal(
        "teacher",
        _("This Zoom user doesn’t exist any more. The teacher can connect another."),
        Mender.TEACHER,
    ),
    "user_not_in_account": Refusal(
        "teacher",
        _("This Zoom user has left the Zoom account. The teacher can connect Zoom again."),
        Mender.TEACHER,
    ),
    "user_invitation_expired": Refusal(
        "teacher",
        _("This Zoom user never accepted Zoom’s invitation. The Zoom admin can send another."),
        Mender.ADMIN,
    ),
    "user_blocked": Refusal(
        "teacher",
        _("Zoom has blocked this Zoom user. The Zoom admin can find out why."),
        Mender.ADMIN,
    ),
    "cannot_schedule_for": Refusal(
        "teacher",
        _("Zoom doesn’t let us schedule for this Zoom user. The Zoom admin can allow it."),
        Mender.ADMIN,
    ),
    "instant_for_other": Refusal(
        "teacher",
        _("Zoom doesn’t let us schedule for this Zoom user. The Zoom admin can allow it."),
        Mender.ADMIN,
    ),
    "invalid_schedule_for": Refusal(
        "teacher",
        _("Zoom doesn’t let us schedule for this Zoom user. The Zoom admin can allow it."),
        Mender.ADMIN,
    ),
    "alternative_host_dropped": Refusal(
        "teacher",
        _("Zoom doesn’t let this Zoom user be an alternative host. The Zoom admin can allow it."),
        Mender.ADMIN,
    ),
    "invalid_field:settings.alternative_hosts": Refusal(
        "teacher",
        _("Zoom doesn’t let this Zoom user be an alternative host. The Zoom admin can allow it."),
        Mender.ADMIN,
    ),
    "host_outside_account": Refusal(
        "teacher",
        _("This Zoom user belongs to another Zoom account."),
        Mender.ADMIN,
    ),
    "not_the_host": Refusal(
        "teacher",
        _("The meeting belongs to another Zoom user now. Book the class again."),
        Mender.TEACHER,
    ),
    "meeting_not_found": Refusal(
        "",
        _("The meeting isn’t at Zoom any more. Book the class again."),
        Mender.TEACHER,
    ),
    "invalid_occurrence": Refusal(
        "",
        _("At Zoom this meeting has no such date any more. Book the class again."),
        Mender.TEACHER,
    ),
    "preschedule_type": Refusal(
        "",
        _("At Zoom this is a kind of meeting that can’t be changed here. Book the class again."),
        Mender.TEACHER,
    ),
    "meeting_ended": Refusal("", _("Zoom says that this meeting is over."), Mender.TEACHER),
    "meeting_in_progress": Refusal(
        "",
        _("Zoom says that the meeting is running. End it in Zoom first."),
        Mender.TEACHER,
    ),
    "is_webinar": Refusal("", _("At Zoom this is a webinar, which only Zoom can change."), Mender.TEACHER),
    "is_personal_meeting": Refusal(
        "",
        _("At Zoom this is a personal room, which can’t be changed here."),
        Mender.TEACHER,
    ),
    "is_audio_conference": Refusal(
        "",
        _("At Zoom this is a personal audio room, which can’t be changed here."),
        Mender.TEACHER,
    ),
    "is_on_premise": Refusal(
        "",
        _("This meeting runs on the organisation’s own Zoom server, which we can’t change."),
        Mender.ADMIN,
    ),
    "api_denied": Refusal(
        "",
        _("The Zoom account doesn’t let EduRaise in. The Zoom admin can allow the app."),
        Mender.ADMIN,
    ),
    "daily_quota": Refusal(
        "",
        _("Zoom takes no more changes for this Zoom user today. It goes on at midnight UTC."),
        Mender.TEACHER,
    ),
}
OTHER = Refusal("", _("Zoom refused this. The admin can see what Zoom said."), Mender.ADMIN)


def refusal_of(answer_code: str) -> Refusal:
    """What a stored answer means; an unknown one is the admin's."""
    if answer_code in REFUSALS:
        return REFUSALS[answer_code]
    return REFUSALS.get(answer_code.split(":")[0], OTHER)
