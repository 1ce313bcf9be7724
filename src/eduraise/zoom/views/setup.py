"""Setting Zoom up: what to copy there, what to paste from there, which accounts and hosts there are."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.core import audit, clock
from eduraise.core.models import Setting
from eduraise.ui.toasts import say
from eduraise.zoom import api, connecting
from eduraise.zoom.forms import CREDENTIALS, CredentialsForm, PlanForm
from eduraise.zoom.models import ZoomAccount, ZoomUser
from zoomclient import REQUIRED_SCOPES


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
        "heard_at": ZoomAccount.objects.aggregate(at=Max("webhook_seen_at"))["at"],
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
