"""Those in a class whom nobody knows, and calling in those who are missing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from eduraise.access.roles import RoleRequest
from eduraise.attendance.enums import Verdict
from eduraise.attendance.here import places_in
from eduraise.attendance.models import Identification, Register
from eduraise.attendance.nudging import nudge
from eduraise.attendance.tray import NotInThisClass, identify, take_back
from eduraise.attendance.views.around import bring_up, context_of, corrected, done, is_partial, sheet_of
from eduraise.attendance.views.marks import people_named
from eduraise.attendance.who import staff_of
from eduraise.classes.joining import Standing
from eduraise.core import clock

CHOICES = ("person", Verdict.GUEST.value, Verdict.IGNORED.value)


@corrected
@require_POST
def people(request: RoleRequest, register: Register, standing: Standing) -> HttpResponse:
    """Say who somebody was: one of the class, a guest, or to be ignored; remembered for the next time."""
    choice, keys = request.POST.get("choice", ""), request.POST.get("keys", "")
    if choice not in CHOICES or not all(key.isdecimal() for key in keys.split(",")):
        raise Http404
    found = people_named([request.POST.get("person", "")]) if choice == "person" else []
    if choice == "person" and not found:
        return _unchosen(request, register, standing, keys)
    person = found[0] if found else None
    verdict = _verdict(choice, register, person)

    def act() -> Identification:
        said = identify(
            register=register,
            keys={int(key) for key in keys.split(",")},
            verdict=verdict,
            person=person,
            by=request.user,
            now=clock.now(),
            remembers=request.POST.get("remember") == "on",
        )
        bring_up(register)
        return said

    return done(
        request,
        register,
        standing,
        act,
        _said(verdict, person),
        undo=lambda said: reverse("attendance:undo_people", args=[register.session.code, said.uid]),
    )


def _verdict(choice: str, register: Register, person: Any) -> Verdict:
    if person is None:
        return Verdict(choice)
    return Verdict.TEACHER if person.pk in staff_of(register.session) else Verdict.STUDENT


def _said(verdict: Verdict, person: Any) -> str:
    if person is not None:
        return _("That was %(name)s.") % {"name": person.name}
    return _("That was a guest.") if verdict == Verdict.GUEST else _("Ignored.")


def _unchosen(request: RoleRequest, register: Register, standing: Standing, keys: str) -> HttpResponse:
    """Nobody was chosen: say so at that one's field."""
    sheet = sheet_of(request, register.session, standing)
    context = context_of(request, sheet, unchosen=keys, problem=NotInThisClass().message)
    template = "attendance/register.html#whole" if is_partial(request) else "attendance/register.html"
    return render(request, template, context, status=422)


@corrected
@require_POST
def undo_people(request: RoleRequest, register: Register, standing: Standing, uid: UUID) -> HttpResponse:
    """Take back who somebody was."""
    said = (
        Identification.objects.filter(register=register, uid=uid).select_related("register__session").first()
    )
    if said is None:
        raise Http404

    def act() -> bool:
        is_new = take_back(said=said, by=request.user, now=clock.now())
        bring_up(register)
        return is_new

    return done(
        request,
        register,
        standing,
        act,
        lambda is_new: _("They are unknown again.") if is_new else _("That was taken back already."),
    )


@corrected
@require_POST
def nudging(request: RoleRequest, register: Register, standing: Standing) -> HttpResponse:
    """Send the link to those who are missing, once; from the class's own page it leads back there."""

    def act() -> int:
        places, _unknown = places_in(register.session)
        return nudge(session=register.session, seen=places, by=request.user, now=clock.now())

    answer = done(
        request,
        register,
        standing,
        act,
        lambda number: (
            ngettext("The link is sent to %(n)d student.", "The link is sent to %(n)d students.", number)
            % {"n": number}
        ),
    )
    if request.POST.get("from") == "class":
        return redirect("classes:detail", register.session.code)
    return answer
