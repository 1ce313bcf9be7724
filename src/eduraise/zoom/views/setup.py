"""Setting Zoom up: what to copy there, what to paste from there, which accounts and hosts there are."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.core import audit, clock, hooks
from eduraise.ui.toasts import say
from eduraise.zoom import checks, connecting, credentials, features, guiding, linking
from eduraise.zoom.credentials import Trial
from eduraise.zoom.forms import CredentialsForm, PlanForm
from eduraise.zoom.hosts import known_by
from eduraise.zoom.models import ZoomAccount, ZoomUser


@admin_only
def setup(request: RoleRequest) -> HttpResponse:
    """What to copy to Zoom, what to paste from it, which accounts and hosts there are."""
    form = CredentialsForm(request.POST if "credentials" in request.POST else None)
    if form.is_bound and form.is_valid():
        say(request, _keep(form, request.user))
        return redirect("zoom:setup")
    accounts = list(ZoomAccount.objects.order_by("pk"))
    people = known_by(accounts)
    context = {
        "form": form,
        "redirect_url": connecting.redirect_uri(),
        "webhook_url": f"{settings.BASE_URL}/zoom/webhook/",
        "heard_at": ZoomAccount.objects.aggregate(at=Max("webhook_seen_at"))["at"],
        "scopes": features.ALL_SCOPES,
        "features": features.FEATURES,
        "accounts": [
            (
                account,
                PlanForm(initial={"plan": account.plan}, prefix=str(account.pk)),
                people.get(account.pk),
            )
            for account in accounts
        ],
        "hosts": ZoomUser.objects.filter(teacher__isnull=False)
        .select_related("teacher", "account")
        .order_by("teacher__name", "pk")[:200],
        "tested": checks.last(),
        "is_set_up": all(guiding.done()),
        "kind": guiding.kind(),
        "next_step": guiding.TITLES[guiding.first_open() - 1],
        "account_scopes": guiding.scopes(guiding.Kind.ACCOUNT),
        "now": clock.now(),
    }
    if "account" in request.POST:
        _state_plan(request)
        return redirect("zoom:setup")
    return render(request, "zoom/setup.html", context, status=422 if form.errors else 200)


def _keep(form: CredentialsForm, by: User) -> str:
    given = form.cleaned_data
    if not given:
        return _("Nothing was given, so all stays as it was.")
    credentials.keep(values=given, by=by, now=clock.now())
    if form.trial == Trial.UNTRIED:
        return _("Saved, but not tested: Zoom can’t be reached at the moment.")
    return _("Zoom accepts them. Saved, encrypted.") if form.trial else _("Saved, encrypted.")


@admin_only
def release(request: RoleRequest, uid: UUID) -> HttpResponse:
    """End a teacher's link for her, after seeing what that touches; the Zoom user is free then."""
    host = get_object_or_404(
        ZoomUser.objects.select_related("teacher", "account"), uid=uid, teacher__isnull=False
    )
    assert host.teacher
    now = clock.now()
    if request.method == "POST":
        linking.disconnect(host=host, by=request.user, now=now)
        say(request, _("%(email)s is released.") % {"email": host.email})
        return redirect("zoom:setup")
    context = {
        "heading": _("Release %(email)s?") % {"email": host.email},
        "text": _(
            "%(name)s is disconnected from this Zoom account, and whoever signs in to it at Zoom can"
            " connect it. Meetings that are booked stay at Zoom."
        )
        % {"name": host.teacher.name},
        "back": reverse("zoom:setup"),
        "back_title": _("Zoom"),
        "keep": _("Keep it connected"),
        "verb": _("Release the account"),
        "consequences": hooks.consequences_of.ask(kind="zoom_connection", thing=host, now=now),
    }
    return render(request, "ui/confirm.html", context)


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
