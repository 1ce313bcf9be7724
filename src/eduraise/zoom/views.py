"""Connecting Zoom for teachers; set-up and operations for admins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import admin_only, teacher_only
from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.core import audit, clock, hooks
from eduraise.core.models import Setting
from eduraise.ui.toasts import say
from eduraise.zoom import api, connecting, hosts, wanting
from eduraise.zoom.enums import OPEN_STATES, USABLE, HostState, OperationState
from eduraise.zoom.forms import CREDENTIALS, CredentialsForm, PlanForm
from eduraise.zoom.models import ZoomAccount, ZoomOperation, ZoomUser
from eduraise.zoom.words import OUTCOMES, reason_words
from zoomclient import REQUIRED_SCOPES


@teacher_only
@require_safe
def connect(request: RoleRequest) -> HttpResponse:
    """How the teacher's Zoom stands, and the one thing to do about it."""
    return _connect_page(request)


def _connect_page(request: RoleRequest, problem: dict[str, Any] | None = None) -> HttpResponse:
    now = clock.now()
    host = hosts.connection_of(request.user)
    context = {
        "host": host,
        "limits": hosts.limits_of(host) if host else None,
        "left": hosts.calls_left_today(host, now) if host else None,
        "pending": connecting.pending_of(request.user, now),
        "configured": api.is_configured(),
        "admins": User.objects.filter(is_admin=True, is_active=True).order_by("name")[:5],
        "works": host is not None and host.state in USABLE,
        "lost": host is not None and host.state in (HostState.LOST, HostState.GONE),
        "problem": problem,
        "now": now,
    }
    return render(request, "zoom/connect.html", context, status=422 if problem else 200)


@teacher_only
@require_POST
def start(request: RoleRequest) -> HttpResponse:
    """Off to Zoom's consent page."""
    if not api.is_configured():
        raise Http404
    address = connecting.begin(
        person=request.user,
        session_key=_session_key(request),
        return_path=reverse("zoom:connect"),
        now=clock.now(),
    )
    return HttpResponseRedirect(address, status=303)


@teacher_only
@require_safe
def callback(request: RoleRequest) -> HttpResponse:
    """Back from Zoom. The one GET that writes: it spends the state and stores the pair as pending."""
    params = {name: request.GET[name] for name in ("state", "code", "error") if name in request.GET}
    returned = connecting.come_back(
        person=request.user, session_key=_session_key(request), params=params, now=clock.now()
    )
    if returned.outcome == connecting.Outcome.CONNECTED:
        say(request, _("Zoom is connected again."))
        return redirect("zoom:connect")
    if returned.outcome == connecting.Outcome.TO_CONFIRM:
        return redirect("zoom:connect")
    return _connect_page(request, _problem(returned))


@teacher_only
@require_POST
def confirmation(request: RoleRequest) -> HttpResponse:
    """Yes, this account; or no, another."""
    now = clock.now()
    pending = connecting.pending_of(request.user, now)
    if pending is None:
        return _connect_page(request, _problem(connecting.Returned(connecting.Outcome.EXPIRED)))
    if request.POST.get("answer") != "yes":
        connecting.drop(connecting=pending, now=now)
        say(request, _("Nothing was connected."))
        return redirect("zoom:connect")
    returned = connecting.confirm(connecting=pending, person=request.user, now=now)
    if returned.outcome == connecting.Outcome.CONNECTED:
        say(request, _("Zoom is connected. You can schedule classes."))
        return redirect("zoom:connect")
    return _connect_page(request, _problem(returned))


@teacher_only
def disconnection(request: RoleRequest) -> HttpResponse:
    """End the link, after seeing what that touches."""
    now = clock.now()
    host = hosts.connection_of(request.user)
    if host is None:
        return redirect("zoom:connect")
    if request.method == "POST":
        connecting.disconnect(person=request.user, now=now)
        say(request, _("Zoom is disconnected."))
        return redirect("zoom:connect")
    consequences = hooks.consequences_of.ask(kind="zoom_connection", thing=host, now=now)
    return render(request, "zoom/disconnect.html", {"host": host, "consequences": consequences})


def _problem(returned: connecting.Returned) -> dict[str, Any]:
    what, then = OUTCOMES[returned.outcome]
    return {"what": what, "then": then, "scopes": returned.missing}


def _session_key(request: RoleRequest) -> str:
    if not request.session.session_key:
        request.session.save()
    return request.session.session_key or ""


@admin_only
def setup(request: RoleRequest) -> HttpResponse:
    """What to copy to Zoom, what to paste from it, which accounts and hosts there are."""
    locked = [name for name in CREDENTIALS if settings.ZOOM_ENVIRONMENT.get(name)]
    form = CredentialsForm(request.POST if "credentials" in request.POST else None)
    for name in locked:
        form.fields[name].disabled = True
    if form.is_bound and form.is_valid():
        _keep_credentials(request.user, {n: v for n, v in form.cleaned_data.items() if v and n not in locked})
        say(request, _("Saved, encrypted."))
        return redirect("zoom:setup")
    context = {
        "form": form,
        "locked": locked,
        "kept": [name for name in CREDENTIALS if api.configured(name)],
        "redirect_url": connecting.redirect_uri(),
        "webhook_url": f"{settings.BASE_URL}/zoom/webhook/",
        "scopes": REQUIRED_SCOPES,
        "accounts": [
            (account, PlanForm(initial={"plan": account.plan}, prefix=str(account.pk)))
            for account in ZoomAccount.objects.order_by("pk")
        ],
        "hosts": ZoomUser.objects.select_related("teacher", "account").order_by("email")[:200],
        "now": clock.now(),
    }
    if "account" in request.POST:
        _state_plan(request)
        return redirect("zoom:setup")
    return render(request, "zoom/setup.html", context)


@transaction.atomic
def _keep_credentials(by: User, values: dict[str, str]) -> None:
    now = clock.now()
    for name, value in values.items():
        row = Setting.objects.filter(name=name).first() or Setting(name=name)
        row.value, row.set_by_uid, row.set_at = value.strip(), by.uid, now
        row.save()
    audit.record("zoom.credentials_set", by=by, at=now, after={"names": sorted(values)})


def _state_plan(request: RoleRequest) -> None:
    given = request.POST.get("account", "")
    account = ZoomAccount.objects.filter(pk=int(given)).first() if given.isdecimal() else None
    form = PlanForm(request.POST, prefix=str(account.pk)) if account else None
    if account is None or form is None or not form.is_valid():
        raise Http404
    now = clock.now()
    with transaction.atomic():
        ZoomAccount.objects.filter(pk=account.pk).update(
            plan=form.cleaned_data["plan"], plan_stated_by_uid=request.user.uid
        )
        audit.record(
            "zoom.plan_stated",
            by=request.user,
            thing=account,
            at=now,
            before={"plan": account.plan},
            after={"plan": form.cleaned_data["plan"]},
        )
    say(request, _("Saved."))


@admin_only
@require_safe
def operations(request: RoleRequest) -> HttpResponse:
    """Changes at Zoom that wait or failed: why, since when, and what can be done."""
    rows = (
        ZoomOperation.objects.filter(state__in=(*OPEN_STATES, OperationState.FAILED, OperationState.GIVEN_UP))
        .select_related("meeting__host__teacher", "meeting__program")
        .order_by("-created_at")[:100]
    )
    found = [(row, reason_words(row.answer_code or row.last_error_code)) for row in rows]
    return render(request, "zoom/operations.html", {"rows": found, "now": clock.now()})


@admin_only
@require_POST
def operation(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Try a failed change again, or give one up."""
    act = request.POST.get("act", "")
    row = ZoomOperation.objects.filter(uid=uid).select_related("meeting").first()
    if row is None or act not in {"retry", "give_up"}:
        raise Http404
    now = clock.now()
    with transaction.atomic():
        if act == "retry":
            done = wanting.retry(meeting=row.meeting, now=now, by=request.user)
        else:
            done = wanting.give_up(operation=row, now=now)
        if done:
            audit.record(f"zoom.operation_{act}", by=request.user, thing=row, at=now)
    say(request, _("Done.") if done else _("That has changed meanwhile."))
    return redirect("zoom:operations")
