"""People, for admins: who there is, who is invited, whose account is closed, who is an admin."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest
from eduraise.accounts import queries
from eduraise.accounts.actions import (
    correct_person,
    invite_person,
    resend_invitation,
    withdraw_invitation,
)
from eduraise.accounts.forms import CorrectionForm, InviteForm, PeopleFilter
from eduraise.accounts.models import Role, User
from eduraise.accounts.rights import close_account, make_admin, remove_admin, reopen_account
from eduraise.core import clock, hooks
from eduraise.core.errors import DomainError
from eduraise.ui.toasts import say


@admin_only
@require_safe
def people(request: RoleRequest) -> HttpResponse:
    """The list, with search and filters in the address."""
    chosen = PeopleFilter.read(request.GET)
    page, found = queries.people_page(
        text=chosen.text,
        role=chosen.role,
        state=chosen.state,
        number=request.GET.get("page"),
        now=clock.now(),
    )
    context = {
        "page": page,
        "people": found,
        "filter": chosen,
        "roles": Role.choices,
        "states": queries.STATES.items(),
        "acts": hooks.people_acts.ask(reader=request.user),
    }
    return render(request, "accounts/people.html", context)


@admin_only
def invite(request: RoleRequest) -> HttpResponse:
    """Invite one person."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        known = queries.find_by_email(form.cleaned_data["email"])
        try:
            person = invite_person(by=request.user, now=clock.now(), **form.cleaned_data)
        except DomainError as problem:
            form.add_error(problem.field, problem.message)
        else:
            text = _("%(name)s has an account already.") if known else _("%(name)s is invited.")
            say(request, text % {"name": person.name})
            return redirect("accounts:person", person.uid)
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


@admin_only
@require_safe
def person(request: RoleRequest, uid: UUID) -> HttpResponse:
    """One person, with what other rooms know."""
    return _person_page(request, _found(uid))


@admin_only
def correction(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Put a name right, or the address of somebody who has not joined."""
    found = _found(uid)
    form = CorrectionForm(request.POST if request.method == "POST" else None, person=found)
    if request.method == "POST" and form.is_valid():
        try:
            corrected = {"email": found.email} | form.cleaned_data
            correct_person(person=found, by=request.user, now=clock.now(), **corrected)
        except DomainError as problem:
            form.add_error(problem.field, problem.message)
        else:
            say(request, _("Saved."))
            return redirect("accounts:person", found.uid)
    context = {"form": form, "person": found}
    return render(request, "accounts/correction.html", context, status=422 if form.errors else 200)


@admin_only
def closing(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Close an account, after seeing what that touches."""
    found, now = _found(uid), clock.now()
    if request.method == "POST":
        return _done(
            request,
            found,
            lambda: close_account(person=found, by=request.user, now=now),
            _("%(name)s can't sign in any more."),
        )
    context = {
        "heading": _("Close the account of %(name)s?") % {"name": found.name},
        "text": _(
            "Signed out everywhere at once, and nobody can sign in with it."
            " Nothing is deleted; you can open it again."
        ),
        "back": reverse("accounts:person", args=[found.uid]),
        "back_title": found.name,
        "keep": _("Keep it open"),
        "verb": _("Close the account"),
        "consequences": hooks.consequences_of.ask(kind="person", thing=found, now=now),
    }
    return render(request, "ui/confirm.html", context)


@admin_only
@require_POST
def reopening(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Open a closed account again."""
    found = _found(uid)
    return _done(
        request,
        found,
        lambda: reopen_account(person=found, by=request.user, now=clock.now()),
        _("%(name)s can sign in again."),
    )


@admin_only
@reauthentication_required  # type: ignore[untyped-decorator]
def admin_right(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Make somebody an admin or take it back, by whoever proved just now to be who she is."""
    found = _found(uid)
    if request.method != "POST":
        return render(request, "accounts/admin_right.html", {"person": found})
    now = clock.now()
    if request.POST.get("admin") == "yes":
        act: Callable[[], None] = lambda: make_admin(person=found, by=request.user, now=now)  # noqa: E731
        text = _("%(name)s is an admin now.")
    else:
        act = lambda: remove_admin(person=found, by=request.user, now=now)  # noqa: E731
        text = _("%(name)s is no admin any more.")
    return _done(request, found, act, text)


@admin_only
@require_POST
def resend(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Send a new invitation; the former link is void."""
    found = _found(uid)
    return _done(
        request,
        found,
        lambda: resend_invitation(person=found, by=request.user, now=clock.now()),
        _("%(name)s is invited again."),
    )


@admin_only
@require_POST
def withdrawal(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Void an open invitation."""
    found = _found(uid)
    return _done(
        request,
        found,
        lambda: withdraw_invitation(person=found, by=request.user, now=clock.now()),
        _("The invitation of %(name)s is withdrawn."),
    )


def _found(uid: UUID) -> User:
    found = queries.find_person(uid)
    if found is None or found.erased_at is not None:
        raise Http404
    return found


def _done(request: RoleRequest, found: User, act: Callable[[], object], text: str) -> HttpResponse:
    """Do it and say so on the person's page; a refusal stands there too."""
    try:
        act()
    except DomainError as problem:
        return _person_page(request, _found(found.uid), problem)
    say(request, text % {"name": found.name})
    return redirect("accounts:person", found.uid)


def _person_page(request: RoleRequest, found: User, problem: DomainError | None = None) -> HttpResponse:
    now = clock.now()
    context = {
        "listed": queries.listed([found], now)[0],
        "invitation": queries.last_invitation(found),
        "parts": hooks.person_parts.ask(person=found, reader=request.user, now=now),
        "problem": problem,
        "now": now,
    }
    return render(request, "accounts/person.html", context, status=409 if problem else 200)
