"""What an import says of each line: what will happen, what happened, or why not."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import Role
from eduraise.programs.checking import ROLES
from eduraise.programs.enums import Preset
from eduraise.programs.models import ImportLine

REASONS: Mapping[str, str | Promise] = {
    "quote_open": gettext_lazy("A quotation mark is not closed."),
    "columns_too_many": gettext_lazy(
        "There are more columns than the table has. A name with a comma goes in quotation marks."
    ),
    "email_missing": gettext_lazy("The e-mail address is missing."),
    "email_unfit": gettext_lazy("“%(email)s” is no e-mail address."),
    "role_unknown": gettext_lazy("There is no role “%(role)s”. Write %(roles)s."),
    "program_unknown": gettext_lazy("No program has the code “%(program)s”."),
    "program_archived": gettext_lazy("%(program)s is archived. Restore it first."),
    "program_missing": gettext_lazy("Only students, teachers and admins can come without a program."),
    "program_unneeded": gettext_lazy("Admins belong to no program. Leave it empty."),
    "duplicate": gettext_lazy("Line %(line)s says the same."),
    "name_missing": gettext_lazy("The name is missing."),
    "name_formula": gettext_lazy("“%(name)s” is a formula, no name."),
    "name_too_long": gettext_lazy("The name is longer than 150 characters."),
    "name_unfit": gettext_lazy("A name can't hold an address or invisible characters."),
    "teaches_here": gettext_lazy(
        "%(name)s teaches in %(program)s. Nobody is teacher and student of one program."
    ),
    "account_closed": gettext_lazy("The account of %(name)s is closed. Reopen it first."),
    "not_admin": gettext_lazy("%(name)s, who confirmed this, is no admin any more."),
    "failed": gettext_lazy("Something went wrong here, several times. What it was is in the log."),
    "refused": gettext_lazy("%(message)s"),
    "known": gettext_lazy("%(name)s has an account already."),
    "enrolled": gettext_lazy("%(name)s is enrolled in %(program)s already."),
    "assigned": gettext_lazy("%(name)s teaches in %(program)s already, as %(preset)s."),
}


def reason_of(line: ImportLine) -> str:
    """Why nothing is done with a line, "" if something is."""
    if not line.reason:
        return ""
    details = dict(line.details) | {"roles": ", ".join(ROLES)}
    if "preset" in details:
        details["preset"] = str(Preset(details["preset"]).label).lower()
    return str(REASONS[line.reason]) % details


def outcome_of(line: ImportLine) -> str:
    """What will come of a line or came of it; for a line with which nothing is done, why."""
    if line.verdict != ImportLine.Verdict.GOOD:
        return reason_of(line)
    words = _done(line) if line.done_at else _planned(line)
    return words % {
        "program": line.program.code if line.program else "",
        "preset": str(Preset(line.role).label).lower() if line.role in Preset else "",
    }


def _planned(line: ImportLine) -> str:
    if line.program is None:
        return _("To be invited as an admin") if line.role == Role.ADMIN else _("To be invited")
    if line.role == Role.STUDENT:
        return (
            _("To be invited and enrolled in %(program)s")
            if line.is_new
            else _("To be enrolled in %(program)s")
        )
    if line.is_new:
        return _("To be invited and put on %(program)s as %(preset)s")
    return _("To be put on %(program)s as %(preset)s")


def _done(line: ImportLine) -> str:
    if line.program is None:
        return _("Invited as an admin") if line.role == Role.ADMIN else _("Invited")
    if line.role == Role.STUDENT:
        return _("Invited and enrolled in %(program)s") if line.is_new else _("Enrolled in %(program)s")
    if line.is_new:
        return _("Invited and put on %(program)s as %(preset)s")
    return _("Put on %(program)s as %(preset)s")
