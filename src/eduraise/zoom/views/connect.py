"""A teacher's connection: how it stands, making it, checking it, ending it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import teacher_only
from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.core import clock, hooks
from eduraise.ui.toasts import say
from eduraise.zoom import api, connecting, features, hosts, linking, losses, pool, spent, wake
from eduraise.zoom.enums import BROKEN, USABLE, HostState, Outcome
from eduraise.zoom.linking import Returned
from eduraise.zoom.words import CHECKS, OUTCOMES, scope_words


@teacher_only
@require_safe
def connect(request: RoleRequest) -> HttpResponse:
    """How the teacher's Zoom stands, and the one thing to do about it."""
    return _page(request)


def _page(request: RoleRequest, problem: dict[str, Any] | None = None) -> HttpResponse:
    now = clock.now()
    host = hosts.connection_of(request.user)
    pending = linking.pending_of(request.user, now)
    lost = host is not None and host.state in BROKEN
    shares = pool.usable().exists()
    at_stake = host if host and (lost or (pending and pending.zoom_user_id != host.zoom_user_id)) else None
    context = {
        "host": host,
        "limits": hosts.limits_of(host) if host else None,
        "left": hosts.calls_left_today(host, now) if host else None,
        "spent_until": spent.until(host, now) if host else None,
        "pending": pending,
        "configured": api.is_configured(),
        "off": [(one, one.lacking(features.granted_to(host))) for one in features.switched_off(host)]
        if host
        else [],
        "shares": host is None and shares,
        "admins": User.objects.filter(is_admin=True, is_active=True).order_by("name")[:5],
        "works": host is not None and host.state in USABLE,
        "lost": lost,
        "loss": losses.loss_of(host) if host else None,
        "happened": losses.happened(host) if host else "",
        "meanwhile": losses.meanwhile(host, shares=shares) if host else "",
        "helps": losses.helps(host) if host else "",
        "own_ended": host is not None and host.by_account and host.state_reason in losses.BY_ZOOM,
        "consequences": hooks.consequences_of.ask(kind="zoom_connection", thing=at_stake, now=now)
        if at_stake
        else [],
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
    if returned.outcome == Outcome.CONNECTED:
        say(request, _("Zoom is connected again."))
        return redirect("zoom:connect")
    if returned.outcome == Outcome.TO_CONFIRM:
        return redirect("zoom:connect")
    return _page(request, _problem(returned))


@teacher_only
@require_POST
def confirmation(request: RoleRequest) -> HttpResponse:
    """Yes, this account; or no, another. The account is the one that her page showed, not the newest."""
    now = clock.now()
    shown = linking.shown_to(request.user, request.POST.get("pending", ""))
    if shown is None:
        return _page(request, _problem(Returned(Outcome.EXPIRED)))
    if request.POST.get("answer") != "yes":
        linking.drop(connecting=shown, now=now)
        say(request, _("Nothing was connected."))
        return redirect("zoom:connect")
    returned = linking.confirm(connecting=shown, person=request.user, now=now)
    if returned.outcome == Outcome.CONNECTED:
        say(request, _("Zoom is connected. You can schedule classes."))
        return redirect("zoom:connect")
    return _page(request, _problem(returned))


@teacher_only
@require_POST
def check(request: RoleRequest) -> HttpResponse:
    """Ask Zoom now whether the connection works."""
    host = hosts.connection_of(request.user)
    if host is not None and host.state in (*USABLE, HostState.GONE):
        now = clock.now()
        found = wake.check(host, now)
        until = spent.until(host, now) if found == "limited" else None
        goes_on = _(" It goes on %(when)s.") % {"when": spent.when_words(until, now)} if until else ""
        say(request, f"{CHECKS[found]}{goes_on}")
    return redirect("zoom:connect")


@teacher_only
def disconnection(request: RoleRequest) -> HttpResponse:
    """End the link, after seeing what that touches."""
    now = clock.now()
    host = hosts.connection_of(request.user)
    if host is None:
        return redirect("zoom:connect")
    if request.method == "POST":
        linking.disconnect(host=host, by=request.user, now=now)
        say(request, _("Zoom is disconnected."))
        return redirect("zoom:connect")
    context = {
        "heading": _("Disconnect Zoom?"),
        "text": _(
            "EduRaise forgets its keys to your Zoom at once, and tells Zoom so."
            " Meetings that are booked stay at Zoom."
        ),
        "back": reverse("zoom:connect"),
        "back_title": _("Zoom connection"),
        "keep": _("Keep it connected"),
        "verb": _("Disconnect Zoom"),
        "consequences": hooks.consequences_of.ask(kind="zoom_connection", thing=host, now=now),
    }
    return render(request, "ui/confirm.html", context)


def _problem(returned: Returned) -> dict[str, Any]:
    what, then = OUTCOMES[returned.outcome]
    return {"what": what, "then": then, "scopes": [(scope_words(name), name) for name in returned.missing]}


def _session_key(request: RoleRequest) -> str:
    if not request.session.session_key:
        request.session.save()
    return request.session.session_key or ""
