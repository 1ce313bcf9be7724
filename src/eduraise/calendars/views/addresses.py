"""One's addresses for calendar programs: made, copied, replaced, removed."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from eduraise.access.roles import RoleRequest
from eduraise.access.rules import visible_programs
from eduraise.accounts.models import User
from eduraise.calendars.actions import end_invitations, make_feed, remove_feed, replace_feed
from eduraise.calendars.inviting import choose_invitations, coming_soon
from eduraise.calendars.models import Feed, MailedCalendar
from eduraise.calendars.queries import subscribable
from eduraise.core import clock
from eduraise.programs.models import Program
from eduraise.ui.toasts import say


def addresses(request: RoleRequest) -> HttpResponse:
    """One's own addresses for calendar programs; a POST makes one, for `program` or for all of hers."""
    now, person = clock.now(), request.user
    if request.method == "POST":
        was_invited = _is_invited(person)
        make_feed(person=person, program=_chosen(request), now=now)
        if was_invited and not _is_invited(person):
            say(
                request,
                _("Your address is ready. Copy it into your calendar. No more invitations will come."),
            )
        else:
            say(request, _("Your address is ready. Copy it into your calendar."))
        return redirect("calendars:addresses")
    context = {
        "now": now,
        "subscribable": subscribable(person, now),
        "is_invited": _is_invited(person),
        "coming_soon": coming_soon(person, now),
    }
    return render(request, "calendars/addresses.html", context)


@require_POST
def invitations(request: RoleRequest) -> HttpResponse:
    """Choose invitations by mail, or end them."""
    now, person = clock.now(), request.user
    if request.POST.get("wants") == "yes":
        ended = choose_invitations(person=person, now=now)
        said = _("Invitations to your next classes are on their way.")
        if ended:
            words = ngettext("%(n)d address is removed.", "%(n)d addresses are removed.", ended)
            said = f"{said} {words % {'n': ended}}"
        say(request, said)
    elif end_invitations(person=person, now=now):
        say(request, _("No more invitations will come. Those that you have stay in your calendar."))
    return redirect("calendars:addresses")


def replacement(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Give oneself another address; the former one is dead at once."""
    feed = get_object_or_404(Feed.objects.select_related("program", "person"), uid=uid, person=request.user)
    if request.method == "POST":
        replace_feed(feed=feed, now=clock.now())
        say(request, _("The old address is dead. Copy the new one into your calendar."))
        return redirect("calendars:addresses")
    return _confirm(
        request,
        heading=_("Replace this address?"),
        text=_("Whoever has the old one sees nothing more. Your own calendar needs the new one."),
        verb=_("Replace the address"),
    )


def removal(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Take one of one's addresses away."""
    feed = get_object_or_404(Feed.objects.select_related("program", "person"), uid=uid, person=request.user)
    if request.method == "POST":
        remove_feed(feed=feed, now=clock.now())
        say(request, _("The address is removed."))
        return redirect("calendars:addresses")
    return _confirm(
        request,
        heading=_("Remove this address?"),
        text=_("Calendars that read it get nothing more. You can make another at any time."),
        verb=_("Remove the address"),
    )


def _is_invited(person: User) -> bool:
    return MailedCalendar.objects.filter(person=person).exists()


def _chosen(request: RoleRequest) -> Program | None:
    """The program that the form names, if this person may see it; None where it names none."""
    code = request.POST.get("program", "")
    if not code:
        return None
    found = visible_programs(request.user, clock.now()).filter(code_key=code.casefold()).first()
    if found is None:
        raise Http404
    return found


def _confirm(request: RoleRequest, **words: str) -> HttpResponse:
    context = {
        **words,
        "back": reverse("calendars:addresses"),
        "back_title": _("Calendar addresses"),
        "keep": _("Keep it"),
    }
    return render(request, "ui/confirm.html", context)
