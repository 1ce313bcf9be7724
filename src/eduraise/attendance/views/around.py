"""Who may look at a class's register, who may change it, and how what was changed is answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.access.roles import RoleRequest
from eduraise.attendance import here
from eduraise.attendance.correcting import may_correct, may_look
from eduraise.attendance.folding import fold_register
from eduraise.attendance.models import Register
from eduraise.attendance.registers import make_for
from eduraise.attendance.sheet import Sheet
from eduraise.attendance.who import name_register
from eduraise.classes.decorators import View, about_a_class
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.ui.toasts import say


def seen(view: View) -> View:
    """The class whose attendance this person may see, or sets the marks of; 404 otherwise."""

    @about_a_class
    @wraps(view)
    def checked(
        request: RoleRequest, session: ClassSession, standing: Standing, **kwargs: Any
    ) -> HttpResponseBase:
        if not may_look(standing):
            raise Http404
        return view(request, session=session, standing=standing, **kwargs)

    return checked


def corrected(view: View) -> View:
    """The register of a class, for who sets marks there; 404 for anybody else. What is sent before the class
    begins is refused; a class of long ago, or of which nobody was heard, gets a register with the first."""

    @about_a_class
    @wraps(view)
    def checked(
        request: RoleRequest, session: ClassSession, standing: Standing, **kwargs: Any
    ) -> HttpResponseBase:
        if not may_correct(standing):
            raise Http404
        if request.method != "POST":
            return view(request, register=known_register(session), standing=standing, **kwargs)
        if session.starts_at > clock.now():
            say(request, _("The class hasn’t begun: there is nothing to mark."))
            return shown(request, session, standing)
        return view(request, register=register_of(session), standing=standing, **kwargs)

    return checked


def known_register(session: ClassSession) -> Register | None:
    """A class's register, if it has one."""
    found = Register.objects.filter(session=session.pk).first()
    if found is not None:
        found.session = session
    return found


def register_of(session: ClassSession) -> Register:
    """The register of a class that has begun."""
    found = known_register(session)
    if found is None:
        make_for(ClassSession.objects.filter(pk=session.pk))
        found = known_register(session)
    assert found is not None
    return found


def is_partial(request: RoleRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request-Type") == "partial"


def sheet_of(request: RoleRequest, session: ClassSession, standing: Standing) -> Sheet:
    """The register as the reader's address narrows it."""
    asked = request.GET
    which = {"show": asked.get("show", ""), "number": asked.get("page", ""), "tray": asked.get("tray", "")}
    return Sheet(session, standing, clock.now(), **which)


def context_of(request: RoleRequest, sheet: Sheet, **more: Any) -> dict[str, Any]:
    """What the register's templates need."""
    return {
        "now": sheet.now,
        "session": sheet.session,
        "sheet": sheet,
        "standing": sheet.standing,
        "query": request.GET.urlencode(),
        **more,
    }


def done(
    request: RoleRequest,
    register: Register,
    standing: Standing,
    act: Callable[[], Any],
    said: str | Callable[[Any], str],
    *,
    undo: Callable[[Any], str] | None = None,
    only: str = "",
) -> HttpResponse:
    """Do it, say so or why not, and answer with the register as it stands: whole, or to htmx the row of the
    `only` student; a plain form is led back to where it was sent from."""
    try:
        came = act()
    except DomainError as problem:
        say(request, problem.message)
    else:
        words = said(came) if callable(said) else said
        if words:
            say(request, words, undo=undo(came) if undo and came else "")
    here.forget(register.session)
    return shown(request, register.session, standing, only=only)


def bring_up(register: Register) -> None:
    """Make the marks anew at once, so that who said something of who was there sees what comes of it."""
    now = clock.now()
    name_register(register.pk, now)
    fold_register(register.pk, now)


def shown(request: RoleRequest, session: ClassSession, standing: Standing, *, only: str = "") -> HttpResponse:
    """The register as it stands after something was done."""
    if not is_partial(request):
        address = reverse("attendance:register", args=[session.code])
        query = request.GET.urlencode()
        return redirect(f"{address}?{query}" if query else address)
    sheet = sheet_of(request, session, standing)
    row = sheet.row(only) if only else None
    if row is not None:
        template = "attendance/register_one.html"
        return render(request, template, context_of(request, sheet, row=row))
    return render(request, "attendance/register.html#whole", context_of(request, sheet))


def uid_of(typed: str) -> UUID | None:
    """What was sent as a uid; None for anything else."""
    try:
        return UUID(typed)
    except ValueError:
        return None
