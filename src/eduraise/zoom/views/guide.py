"""The guided set-up, testing everything, and the page for whoever administers Zoom."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest
from eduraise.core import audit, clock, hooks
from eduraise.programs.models import TeacherProfile
from eduraise.ui.toasts import say
from eduraise.zoom import api, checks, connecting, credentials, features, guiding, wholeaccount
from eduraise.zoom.credentials import Trial
from eduraise.zoom.forms import AccountForm, ClientForm, WebhookForm
from eduraise.zoom.guiding import Kind
from eduraise.zoom.models import ZoomUser

LAST = len(guiding.TITLES)
FORMS: dict[str, type[AccountForm | ClientForm]] = {"account": AccountForm, "client": ClientForm}


@admin_only
@require_safe
def guide(request: RoleRequest) -> HttpResponse:
    """On with the first step that isn't done."""
    return redirect("zoom:guide_step", step=guiding.first_open())


@admin_only
def guide_step(request: RoleRequest, step: int) -> HttpResponse:
    """One step: its question, its test."""
    if not 1 <= step <= LAST:
        raise Http404
    if step > 1 and guiding.kind() is None:
        return redirect("zoom:guide_step", step=1)
    if request.method == "POST":
        answered = ANSWERS.get(step)
        if answered is not None:
            return answered(request)
    return _page(request, step)


def _choose(request: RoleRequest) -> HttpResponse:
    chosen = request.POST.get("kind", "")
    if chosen not in Kind:
        return _page(request, 1, problem=_("Choose one of the three."))
    guiding.choose(Kind(chosen), by=request.user, now=clock.now())
    return redirect("zoom:guide_step", step=2)


def _have_copied(request: RoleRequest) -> HttpResponse:
    chosen = guiding.kind()
    assert chosen
    guiding.note_copied(chosen, by=request.user, now=clock.now())
    return redirect("zoom:guide_step", step=3)


def _paste(request: RoleRequest) -> HttpResponse:
    """Both forms in one: each is tried at Zoom, and what Zoom refuses stands beside its field. What is right
    is kept, whatever the other half is."""
    chosen = guiding.kind()
    assert chosen
    forms = _forms(chosen, request.POST)
    right = {name: form for name, form in forms.items() if form.is_valid()}
    for name, form in right.items():
        _keep(name, form.cleaned_data, request)
    if len(right) == len(forms):
        say(request, _answer_words([form.trial for form in forms.values()]))
        return redirect("zoom:guide_step", step=4 if guiding.done()[2] else 3)
    given = [name for name, form in right.items() if form.cleaned_data]
    return _page(request, 3, forms=forms | _forms(chosen, only=right), kept=KEPT[given[0]] if given else "")


KEPT = {
    "account": gettext_lazy("What you gave for the whole account is right, and saved."),
    "client": gettext_lazy("What you gave for the teachers’ app is right, and saved."),
}


def _keep(name: str, given: dict[str, str], request: RoleRequest) -> None:
    now = clock.now()
    if given:
        credentials.keep(values=given, by=request.user, now=now)
    if name == "account" and api.account_is_configured():
        wholeaccount.connect(account_id=api.configured("ZOOM_ACCOUNT_ID"), by=request.user, now=now)
        wholeaccount.account_due(now)


def _answer_words(trials: list[Trial | None]) -> str:
    account = wholeaccount.whole()
    if Trial.UNTRIED in trials:
        return _("Saved, but not tested: Zoom can’t be reached at the moment.")
    if Trial.ACCEPTED not in trials:
        return _("Nothing was given, so all stays as it was.")
    if account is None:
        return _("Zoom accepts them. Saved, encrypted.")
    words = {"account": account.zoom_account_id, "plan": account.get_plan_display()}
    return _("Zoom answered: account %(account)s, plan %(plan)s as stated.") % words


def _hear(request: RoleRequest) -> HttpResponse:
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _page(request, 4, forms={"webhook": form})
    if form.given():
        credentials.keep(values=form.given(), by=request.user, now=clock.now())
        say(request, _("Saved, encrypted."))
    return redirect("zoom:guide_step", step=4)


def _try(request: RoleRequest) -> HttpResponse:
    chosen = checks.host_to_try().filter(uid__in=[request.POST.get("host") or None]).first()
    now = clock.now()
    if chosen is None:
        return redirect("zoom:guide_step", step=5)
    found = [*checks.run(now, with_meeting=False), checks.check_meeting(chosen, now)]
    checks.keep(found, now)
    audit.record(
        "zoom.meeting_tried", by=request.user, thing=chosen, at=now, after={"state": found[-1].state}
    )
    say(request, found[-1].words)
    return redirect("zoom:guide_step", step=5)


ANSWERS = {1: _choose, 2: _have_copied, 3: _paste, 4: _hear, 5: _try}


@admin_only
@require_POST
def testing(request: RoleRequest) -> HttpResponse:
    """Test everything, and keep what was found."""
    now = clock.now()
    found = checks.run(now)
    checks.keep(found, now)
    audit.record("zoom.tested", by=request.user, at=now, after={one.name: one.state for one in found})
    number = sum(one.state == checks.BAD for one in found)
    say(request, _("Everything works.") if not number else _("Not everything works: see the list."))
    return redirect(reverse("zoom:setup") + "#tested")


@login_not_required
@require_safe
def for_zoom_admin(request: HttpRequest, token: str) -> HttpResponse:
    """What to copy to Zoom, for whoever administers it; no secrets, and nothing about anybody here."""
    chosen = guiding.of_handed_link(token)
    if chosen is None:
        raise Http404
    return render(request, "zoom/for_zoom_admin.html", _copied(chosen) | {"now": clock.now()})


def _forms(chosen: Kind, data: Any = None, *, only: Collection[str] = FORMS) -> dict[str, Any]:
    needed = {"account": chosen.account_connects, "client": chosen.teachers_connect}
    return {name: form(data) for name, form in FORMS.items() if needed[name] and name in only}


def _copied(chosen: Kind) -> dict[str, Any]:
    return {
        "kind": chosen,
        "redirect_url": connecting.redirect_uri(),
        "webhook_url": f"{settings.BASE_URL}/zoom/webhook/",
        "scopes": guiding.scopes(Kind.TEACHERS),
        "account_scopes": guiding.scopes(Kind.ACCOUNT),
        "features": features.FEATURES,
        "is_public": guiding.is_public(),
        "hears": guiding.is_public() or guiding.heard_at() is not None,
        "meeting_events": guiding.MEETING_EVENTS,
        "user_events": guiding.USER_EVENTS,
        "app_events": guiding.APP_EVENTS,
    }


def _page(
    request: RoleRequest,
    step: int,
    *,
    problem: str = "",
    forms: dict[str, Any] | None = None,
    kept: str | Promise = "",
) -> HttpResponse:
    chosen = guiding.kind()
    done = guiding.done()
    context: dict[str, Any] = {
        "step": step,
        "title": guiding.TITLES[step - 1],
        "steps": [
            (number, title, done[number - 1], number == step)
            for number, title in enumerate(guiding.TITLES, start=1)
        ],
        "is_done": done[step - 1],
        "kinds": guiding.KINDS,
        "problem": problem,
        "kept": kept,
        "now": clock.now(),
    }
    if chosen is not None:
        token = guiding.handed_link(chosen)
        context |= _copied(chosen) | {
            "handed_url": f"{settings.BASE_URL}{reverse('zoom:for_zoom_admin', args=[token])}",
            "forms": forms or _forms(chosen) if step == 3 else {},
            "webhook_form": (forms or {}).get("webhook") or WebhookForm(),
            "heard_at": guiding.heard_at(),
            "is_pasted": done[2] and not forms,
            "whole": wholeaccount.whole() if chosen.account_connects else None,
            "has_teachers": TeacherProfile.objects.filter(person__is_active=True).exists(),
            "invitations": hooks.people_acts.ask(reader=request.user) if step == LAST else [],
            "hosts": checks.host_to_try()[:50] if step == LAST else ZoomUser.objects.none(),
            "tested": next((one for one in (checks.last() or (None, []))[1] if one.name == "meeting"), None),
        }
    return render(request, "zoom/guide.html", context, status=422 if problem or forms else 200)
