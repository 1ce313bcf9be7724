"""What a person says about herself: name, zone, language, colours."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eduraise.access.roles import RoleRequest
from eduraise.accounts.forms import ProfileForm
from eduraise.accounts.models import User
from eduraise.accounts.profile import answer_zone, change_language, change_profile, change_theme
from eduraise.accounts.redirects import back
from eduraise.core import clock, hooks
from eduraise.ui.toasts import say


def profile(request: RoleRequest) -> HttpResponse:
    """One's own settings."""
    person = request.user
    form = ProfileForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        change_profile(person=person, now=clock.now(), **form.cleaned_data)
        say(request, _("Saved."))
        return redirect("accounts:settings")
    context = {
        "form": form,
        "has_second_step": is_mfa_enabled(person),
        "parts": hooks.settings_parts.ask(person=person, now=clock.now()),
    }
    return render(request, "accounts/settings.html", context, status=422 if form.errors else 200)


@require_POST
def zone(request: RoleRequest) -> HttpResponse:
    """The answer to "Use this zone?"."""
    accepts = request.POST.get("answer") == "yes"
    answer_zone(person=request.user, zone=request.POST.get("zone", ""), accepts=accepts, now=clock.now())
    return back(request)


@require_POST
def theme(request: RoleRequest) -> HttpResponse:
    """Light, dark, or as the device is."""
    change_theme(person=request.user, theme=request.POST.get("theme", ""))
    return back(request)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the pages, for a visitor too."""
    chosen = request.POST.get("language", "")
    response = back(request)
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="Lax",
        )
        if isinstance(request.user, User):
            change_language(person=request.user, language=chosen)
    return response
