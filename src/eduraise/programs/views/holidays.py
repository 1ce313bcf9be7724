"""Days without classes: of a program, kept with its timetable, and of the organisation, kept by admins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import View, admin_only, requires
from eduraise.access.roles import RoleRequest
from eduraise.core import clock, hooks
from eduraise.programs import removing
from eduraise.programs.enums import HolidaySource, Permission
from eduraise.programs.forms.holidays import HolidayForm, HolidaysForm
from eduraise.programs.holidays import Added, add_holidays, change_holiday, window_of
from eduraise.programs.models import Holiday, Program
from eduraise.programs.timetable_queries import organisation_holidays_page
from eduraise.programs.views.answering import answer, done
from eduraise.programs.views.noting import note_booked
from eduraise.programs.views.timetable import page_of_timetable
from eduraise.ui.toasts import say
from eduraise.ui.written_dates import order_for


def keeps_holidays(view: View) -> View:
    """For who may change the timetable of the program in the address; where there is none, for admins."""
    of_program, of_all = requires(Permission.TIMETABLE)(view), admin_only(view)

    @wraps(view)
    def checked(request: RoleRequest, *, program: str | None = None, **kwargs: Any) -> HttpResponseBase:
        if program is None:
            return of_all(request, program=None, **kwargs)
        return of_program(request, program=program, **kwargs)

    return checked


@require_safe
def organisation(request: RoleRequest) -> HttpResponse:
    """The days on which no program has classes."""
    is_past = request.GET.get("when") == "past"
    today = timezone.localdate(clock.now())
    page = organisation_holidays_page(today=today, is_past=is_past, number=request.GET.get("page"))
    note_booked(page.object_list, request.user, clock.now())
    context = {
        "holidays": page,
        "is_past": is_past,
        "plans": request.user.is_admin,
    }
    return render(request, "programs/holidays.html", context)


@keeps_holidays
def add(request: RoleRequest, program: Program | None) -> HttpResponse:
    """A holiday, typed."""
    form = HolidayForm(request.POST or None)

    def make() -> Added:
        return add_holidays(
            program=program,
            holidays=[form.cleaned_data["holiday"]],
            source=HolidaySource.TYPED,
            by=request.user,
            now=clock.now(),
        )

    context = {**_around(program), "form": form, "heading": _("Add a holiday"), "verb": _("Add it")}
    return _answer(request, form, make, context, program)


@keeps_holidays
def bring(request: RoleRequest, program: Program | None) -> HttpResponse:
    """Several holidays, pasted or from a calendar file."""
    now = clock.now()
    window = window_of(program, now)
    order = order_for(request.headers.get("Accept-Language", ""), request.user.zone)
    form = HolidaysForm(request.POST or None, request.FILES or None, window=window, order=order)

    def make() -> Added:
        return add_holidays(
            program=program,
            holidays=form.cleaned_data["holidays"],
            source=form.cleaned_data["source"],
            by=request.user,
            now=now,
        )

    context = {
        **_around(program),
        "form": form,
        "heading": _("Add several holidays"),
        "verb": _("Add them"),
        "window": window,
        "has_file": True,
    }
    return _answer(request, form, make, context, program, template="programs/holidays_new.html")


@keeps_holidays
def holiday(request: RoleRequest, program: Program | None, uid: UUID) -> HttpResponse:
    """Change a holiday."""
    found = get_object_or_404(Holiday.objects.present(), program=program, uid=uid)
    form = HolidayForm(request.POST or None, holiday=found)

    def save() -> Holiday:
        typed = form.cleaned_data
        return change_holiday(
            holiday=found,
            draft=typed["holiday"],
            seen_version=typed["version"],
            by=request.user,
            now=clock.now(),
        )

    context = {**_around(program), "form": form, "heading": found.name, "verb": _("Save")}
    context["facts"] = _("If booked classes fall on its days, you are asked what is to become of them.")
    to = partial(_after, request, program)
    return answer(request, form, save, context, lambda _made: _("Saved."), to=lambda made: to([made]))


@keeps_holidays
@require_POST
def removal(request: RoleRequest, program: Program | None, uid: UUID) -> HttpResponse:
    """Take a holiday away; it can be undone."""
    found = get_object_or_404(Holiday, program=program, uid=uid)
    name, args = ("holiday", [program.code, uid]) if program else ("organisation_holiday", [uid])
    return done(
        request,
        program,
        lambda: removing.remove_part(part=found, by=request.user, now=clock.now()),
        _("“%s” is removed.") % found.name,
        undo=reverse(f"programs:bring_back_{name}", args=args),
        to=_list_of(program),
    )


@keeps_holidays
@require_POST
def bring_back(request: RoleRequest, program: Program | None, uid: UUID) -> HttpResponse:
    """Undo a removal."""
    found = get_object_or_404(Holiday, program=program, uid=uid)
    return done(
        request,
        program,
        lambda: removing.bring_back_part(part=found, by=request.user, now=clock.now()),
        _("“%s” is back.") % found.name,
        to=_list_of(program),
    )


def _after(request: RoleRequest, program: Program | None, holidays: Sequence[Holiday]) -> str:
    """Where one is led when holidays were saved: to the booked classes that fall on one, else to the list,
    which says on which of several some do."""
    found = hooks.booked_on_holidays.ask(holidays=list(holidays), reader=request.user, now=clock.now())
    if len(holidays) == 1 and found:
        return found[0].url
    if number := sum(one.number for one in found):
        words = ngettext(
            "%(n)d booked class falls on them: decide about it below.",
            "%(n)d booked classes fall on them: decide about them below.",
            number,
        )
        say(request, words % {"n": number})
    return _list_of(program)


def _list_of(program: Program | None) -> str:
    return page_of_timetable(program) if program else reverse("programs:holidays")


def _around(program: Program | None) -> dict[str, Any]:
    """What a form's page says of whose holidays these are, and where it leads back."""
    if program is not None:
        facts = _("No classes of this program are planned on these days.")
    else:
        facts = _("No program’s classes are planned on these days.")
    title = _("Timetable") if program else _("Holidays")
    return {"program": program, "facts": facts, "back": _list_of(program), "back_title": title}


def _answer(
    request: RoleRequest,
    form: HolidayForm | HolidaysForm,
    make: Callable[[], Added],
    context: dict[str, Any],
    program: Program | None,
    template: str = "programs/form.html",
) -> HttpResponse:
    return answer(
        request,
        form,
        make,
        context,
        lambda added: _said(added, getattr(form, "calendar", None)),
        template=template,
        to=lambda added: _after(request, program, added.made),
    )


def _said(added: Added, file: Any) -> str:
    """What came of it: how many are new, and what was left out."""
    made = len(added.made)
    said = [ngettext("%(n)d holiday is added.", "%(n)d holidays are added.", made) % {"n": made}]
    if not made:
        said = [_("Nothing new.")]
    if added.known:
        words = ngettext("%(n)d was there already.", "%(n)d were there already.", added.known)
        said.append(words % {"n": added.known})
    if file and file.timed:
        words = ngettext(
            "%(n)d entry with an hour is left out.", "%(n)d entries with an hour are left out.", file.timed
        )
        said.append(words % {"n": file.timed})
    if file and file.outside:
        words = ngettext(
            "%(n)d outside the term is left out.", "%(n)d outside the term are left out.", file.outside
        )
        said.append(words % {"n": file.outside})
    return " ".join(said)
