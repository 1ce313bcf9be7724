"""Taking up an account."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from eduraise.accounts.actions import NotOpen, accept_invitation, open_invitation
from eduraise.accounts.forms import TakeUpForm
from eduraise.core import clock
from eduraise.core.errors import DomainError

IN_SESSION = "invitation"


@login_not_required
@never_cache
@require_safe
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: its token goes into the session at once, out of the address and what reads it."""
    request.session[IN_SESSION] = token
    response = redirect("accounts:invitation")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
def invitation(request: HttpRequest) -> HttpResponse:
    """Choose a name and an own password; then signed in."""
    now = clock.now()
    try:
        found = open_invitation(request.session.get(IN_SESSION, ""), now)
    except NotOpen as problem:
        return render(request, "accounts/invitation_closed.html", {"problem": problem}, status=410)
    if request.user.is_authenticated:
        return render(request, "accounts/invitation_other.html", {"invitation": found}, status=409)
    form = TakeUpForm(request.POST if request.method == "POST" else None, person=found.person)
    if request.method == "POST" and form.is_valid():
        try:
            person = accept_invitation(token=request.session[IN_SESSION], now=now, **form.chosen())
        except DomainError as problem:
            form.add_error(problem.field, problem.message)
        else:
            del request.session[IN_SESSION]
            get_adapter().login(request, person)
            return redirect("/")
    context = {"form": form, "invitation": found}
    return render(request, "accounts/invitation.html", context, status=422 if form.errors else 200)
