"""What a return from Zoom and an operation's trouble are called on pages: plainly, with the next step."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eduraise.zoom.connecting import Outcome

type Words = tuple[str | Promise, str | Promise]

# Outcome: what happened, what to do next
OUTCOMES: dict[str, Words] = {
    Outcome.REFUSED: (
        _("Zoom was not connected: nothing was allowed at Zoom."),
        _("If that was a slip, press Connect Zoom again and choose Allow."),
    ),
    Outcome.NOT_STARTED_HERE: (
        _("This did not start here, so nothing was connected."),
        _("Press Connect Zoom on this page, in this browser."),
    ),
    Outcome.EXPIRED: (
        _("That took longer than ten minutes, or was used before."),
        _("Press Connect Zoom again."),
    ),
    Outcome.HELD_BY_ANOTHER: (
        _("This Zoom account is already connected here."),
        _("Sign out at Zoom and in with your own account, or ask your admin."),
    ),
    Outcome.SCOPES_MISSING: (
        _("Zoom did not grant all that EduRaise needs."),
        _("An admin must add these scopes to the app at Zoom:"),
    ),
    Outcome.CODE_SPENT: (
        _("Zoom’s answer was used before or has run out."),
        _("Press Connect Zoom again."),
    ),
    Outcome.WRONG_CREDENTIALS: (
        _("Zoom does not accept this installation’s client id and secret."),
        _("An admin can put them right on the Zoom set-up page."),
    ),
    Outcome.REDIRECT_MISMATCH: (
        _("Zoom does not know this installation’s redirect URL."),
        _("An admin can copy it to the app at Zoom from the Zoom set-up page."),
    ),
    Outcome.ZOOM_SAID_NO: (
        _("Zoom refused to say whose account this is."),
        _("See at Zoom whether your account is active, then press Connect Zoom again."),
    ),
    Outcome.UNREACHABLE: (
        _("Zoom can’t be reached at the moment."),
        _("Nothing was lost. Try again in a few minutes."),
    ),
}

REASONS: dict[str, str | Promise] = {
    "quota_spent": _("Zoom’s daily limit for this host is used up; it goes on after midnight UTC."),
    "rate_limited": _("Zoom asked us to wait."),
    "unreachable": _("Zoom could not be reached."),
    "no_answer": _("Zoom did not answer; we look whether it was done."),
    "unreadable": _("Zoom’s answer could not be read; we look whether it was done."),
    "process_died": _("Our process stopped in the middle; it is taken up again."),
    "host_unlicensed": _("The host has no meetings licence at Zoom."),
    "scope_missing": _("The app lacks a scope at Zoom."),
    "grant_gone": _("The teacher must connect Zoom again."),
    "meeting_not_found": _("Zoom does not find the meeting."),
    "too_late": _("The class was over before Zoom could be reached."),
}


def reason_words(code: str) -> str:
    """Why an operation waits or failed."""
    return str(REASONS.get(code, code.replace("_", " ")))
