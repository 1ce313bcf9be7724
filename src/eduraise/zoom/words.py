"""What a return from Zoom and an operation's trouble are called on pages: plainly, with the next step."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eduraise.zoom.enums import Outcome

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
        _("Sign out at Zoom and in with your own account. If this one is yours, ask your admin."),
    ),
    Outcome.SCOPES_MISSING: (
        _("Zoom did not grant all that EduRaise needs."),
        _("Ask an admin to add these scopes to the app at Zoom; then press Connect Zoom again."),
    ),
    Outcome.TOO_WIDE: (
        _("The app at Zoom asks for rights over the whole account, which no teacher’s connection may have."),
        _("Ask an admin to remove these scopes from the app at Zoom; then press Connect Zoom again."),
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
    "day_spent": _("Zoom’s limit of calls for the day is used up for the whole account."),
    "unreachable": _("Zoom could not be reached."),
    "no_answer": _("Zoom did not answer; we look whether it was done."),
    "own_limit": _("We wait for Zoom’s limit of calls."),
    "server_error": _("Zoom answered with an error of its own."),
    "disconnected": _("The connection to Zoom broke off; we look whether it was done."),
    "timeout": _("Zoom did not answer in time; we look whether it was done."),
    "access_token_refused": _("Zoom did not accept our access; it is fetched anew."),
    "refreshing": _("Our access to this Zoom user is being fetched anew."),
    "login_page": _("Zoom answered with a page to sign in."),
    "broken": _("It failed by our fault; the log says how. It is tried again."),
    "given_up": _("An admin gave it up here."),
    "unreadable": _("Zoom’s answer could not be read; we look whether it was done."),
    "process_died": _("Our process stopped in the middle; it is taken up again."),
    "host_unlicensed": _("The host has no meetings licence at Zoom."),
    "scope_missing": _("The app lacks a scope at Zoom."),
    "grant_gone": _("The teacher must connect Zoom again."),
    "meeting_not_found": _("Zoom does not find the meeting."),
    "is_webinar": _("It was turned into a webinar in Zoom. Delete that there."),
    "refused": _("Zoom refused it."),
    "no_permission": _("Zoom says that this Zoom user may not do this."),
    "user_not_found": _("This Zoom user does not exist at Zoom any more."),
    "user_not_in_account": _("This Zoom user has left the Zoom account."),
    "user_blocked": _("Zoom has blocked this Zoom user."),
    "invalid_field": _("Zoom does not take something in it."),
    "invalid_body": _("Zoom could not read what we sent."),
    "paid_plan_needed": _("The Zoom account’s plan does not include this."),
    "api_denied": _("The Zoom account does not let the app in."),
    "daily_quota": _("Zoom’s daily limit for this host is used up; it goes on after midnight UTC."),
    "storage_full": _("There is no room left in Zoom’s cloud."),
    "too_late": _("The class was over before Zoom could be reached."),
}


# What a check by hand found, by the word that `wake.check` gives.
CHECKS: dict[str, str | Promise] = {
    "checked": _("Zoom answered: the connection works."),
    "deactivated": _("Zoom answered: this Zoom user is not active."),
    "lost": _("Zoom answered: the connection has ended. Connect again."),
    "limited": _("Zoom answered: its limit of calls for the day is used up. Booked classes can be joined."),
    "silent": _("Zoom didn’t answer. Booked classes can be joined; try again in a few minutes."),
}

# What each scope is for, by its name at Zoom.
SCOPES: dict[str, str | Promise] = {
    "user:read:user": _("See whose account it is, and its licence"),
    "user:read:settings": _("See how many fit into a class"),
    "meeting:read:list_meetings": _(
        "List meetings: to find a booking whose answer was lost, so that none is made twice, and to warn of"
        " clashes"
    ),
    "meeting:write:meeting": _("Book classes"),
    "meeting:read:meeting": _("See how a booked class stands"),
    "meeting:update:meeting": _("Move and change classes"),
    "meeting:delete:meeting": _("Cancel classes"),
    "meeting:read:participant": _("Hear who comes into a class and leaves it"),
    "meeting:update:in_meeting_controls": _("Start and stop a recording while a class is on"),
    "meeting:write:registrant": _("Register a student by name"),
    "meeting:write:batch_registrants": _("Register several students at once"),
    "meeting:update:registrant_status": _("Take students off again"),
}


# Why the organisation's account can't be called, by what Zoom or we said
ACCOUNT_REASONS: dict[str, str | Promise] = {
    "client_refused": _("Zoom doesn’t accept the app’s client ID and secret."),
    "grant_type_refused": _("Zoom says that the app is of another kind."),
    "oauth_refused": _("Zoom doesn’t know the app in this account. See there that it is activated."),
}


def account_words(reason: str) -> str:
    """Why the organisation's account can't be called."""
    return str(ACCOUNT_REASONS.get(reason, "")) if reason else ""


def scope_words(name: str) -> str:
    """What a scope is for, in a few words."""
    return str(SCOPES.get(name, ""))


def reason_words(code: str) -> str:
    """Why an operation waits or failed."""
    reason, _colon, field = code.partition(":")
    words = str(REASONS.get(reason, reason.replace("_", " ")))
    return f"{words} ({field})" if field else words
