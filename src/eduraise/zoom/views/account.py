"""The organisation's Zoom account, connected as a whole: its app, whose Zoom is whose, shared hosts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest, teachers
from eduraise.accounts.models import User
from eduraise.core import clock, hooks
from eduraise.core.errors import DomainError
from eduraise.ui.toasts import say
from eduraise.zoom import accountlinks, api, credentials, pool, wholeaccount
from eduraise.zoom.credentials import Trial
from eduraise.zoom.enums import BROKEN, USABLE
from eduraise.zoom.forms import AccountForm, HostEmailForm, TeacherEmailForm
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.words import account_words
from zoomclient import ZoomError

PAGE = 50


@admin_only
@require_safe
def account(request: RoleRequest) -> HttpResponse:
    """How the account stands, and all that can be said about it."""
    return _page(request)


@admin_only
@require_POST
def credentials_given(request: RoleRequest) -> HttpResponse:
    """Try the app's credentials at Zoom, keep them, and connect the account."""
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    now = clock.now()
    if form.cleaned_data:
        credentials.keep(values=form.cleaned_data, by=request.user, now=now)
        wholeaccount.connect(account_id=api.configured("ZOOM_ACCOUNT_ID"), by=request.user, now=now)
        if form.trial == Trial.UNTRIED:
            say(request, _("Saved, but not tested: Zoom can’t be reached at the moment."))
        else:
            wholeaccount.account_due(now)
            say(request, _("Zoom accepts them. The account is connected."))
    return redirect("zoom:account")


@admin_only
@require_POST
def looking(request: RoleRequest) -> HttpResponse:
    """Ask Zoom of the account and its people now; connect it first where all is given."""
    now = clock.now()
    found = wholeaccount.whole() or wholeaccount.connect_configured(now)
    if found is not None:
        what = wholeaccount.look(found, now)
        if "lost" in what:
            say(request, _("Zoom answered: it doesn’t accept the app."))
        elif "silent" in what or "put off" in what:
            say(request, _("Zoom didn’t answer in time. It is asked again in a few minutes."))
        else:
            number = wholeaccount.suggestions().count()
            words = ngettext(
                "%(n)d Zoom user waits for your word.", "%(n)d Zoom users wait for your word.", number
            )
            say(request, _("Zoom answered.") + (" " + words % {"n": number} if number else ""))
    return redirect("zoom:account")


@admin_only
def disconnection(request: RoleRequest) -> HttpResponse:
    """Let the account's app go, after saying what that means."""
    found = wholeaccount.whole()
    if found is None or credentials.fixed(api.ACCOUNT_NAMES):
        return redirect("zoom:account")
    if request.method == "POST":
        now = clock.now()
        credentials.forget(names=api.ACCOUNT_NAMES, by=request.user, now=now)
        wholeaccount.disconnect(found, by=request.user, now=now)
        say(request, _("The account is disconnected."))
        return redirect("zoom:account")
    number = ZoomUser.objects.filter(account=found, by_account=True).count()
    context = {
        "heading": _("Disconnect the organisation’s Zoom account?"),
        "text": ngettext(
            "%(n)d host lives by it. Its classes can be joined, but not started, changed or booked here.",
            "%(n)d hosts live by it. Their classes can be joined, but not started, changed or booked here.",
            number,
        )
        % {"n": number},
        "back": reverse("zoom:account"),
        "back_title": _("Whole account"),
        "keep": _("Keep it connected"),
        "verb": _("Disconnect the account"),
    }
    return render(request, "ui/confirm.html", context)


@admin_only
@require_POST
def suggestion(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Say whether a Zoom user is the teacher's whose e-mail it has."""
    host = wholeaccount.suggestions().filter(uid=uid).first()
    if host is None or host.suggested_teacher is None:
        say(request, _("That has changed meanwhile."))
    elif request.POST.get("answer") != "yes":
        accountlinks.dismiss(host=host, by=request.user, now=clock.now())
        say(request, _("It isn’t suggested any more."))
    else:
        try:
            accountlinks.link(host=host, teacher=host.suggested_teacher, by=request.user, now=clock.now())
        except DomainError as problem:
            say(request, problem.message)
        else:
            say(request, _("%(name)s’s classes run on it.") % {"name": host.suggested_teacher.name})
    return redirect("zoom:account")


@admin_only
@require_POST
def suggestions(request: RoleRequest) -> HttpResponse:
    """Yes to all."""
    number = accountlinks.link_all(by=request.user, now=clock.now())
    say(request, ngettext("%(n)d teacher is linked.", "%(n)d teachers are linked.", number) % {"n": number})
    return redirect("zoom:account")


@admin_only
@require_POST
def link(request: RoleRequest) -> HttpResponse:
    """Link a teacher whose address at Zoom is another than here."""
    form = TeacherEmailForm(request.POST, prefix="link", teachers=_unlinked())
    found = wholeaccount.whole()
    if found is None or not form.is_valid():
        return _page(request, link_form=form)
    teacher = form.cleaned_data["teacher"]
    try:
        accountlinks.link_by_email(
            account=found,
            email=form.cleaned_data["email"],
            teacher=teacher,
            by=request.user,
            now=clock.now(),
        )
    except DomainError as problem:
        form.add_problem(problem)
    except ZoomError:
        form.add_error(None, _("Zoom can’t be reached at the moment. Nothing was changed."))
    else:
        say(request, _("%(name)s’s classes run on it.") % {"name": teacher.name})
        return redirect("zoom:account")
    return _page(request, link_form=form)


@admin_only
@require_POST
def sharing(request: RoleRequest) -> HttpResponse:
    """Share a licensed Zoom user of the account."""
    form = HostEmailForm(request.POST, prefix="pool")
    found = wholeaccount.whole()
    if found is None or not form.is_valid():
        return _page(request, pool_form=form)
    try:
        host = pool.add(account=found, email=form.cleaned_data["email"], by=request.user, now=clock.now())
    except DomainError as problem:
        form.add_problem(problem)
    except ZoomError:
        form.add_error(None, _("Zoom can’t be reached at the moment. Nothing was changed."))
    else:
        say(request, _("%(email)s is shared.") % {"email": host.email})
        return redirect("zoom:account")
    return _page(request, pool_form=form)


@admin_only
@require_safe
def shared_host(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Who holds a shared host, and when."""
    host = get_object_or_404(pool.shared(), uid=uid)
    now = clock.now()
    page = Paginator(pool.coming(host, now), PAGE).get_page(request.GET.get("page"))
    known = {
        held_for: (title, url)
        for held_for, title, url in hooks.held_for.ask(uids=[claim.held_for for claim in page])
    }
    rows = [(claim, *known.get(claim.held_for, ("", ""))) for claim in page]
    return render(request, "zoom/shared_host.html", {"host": host, "rows": rows, "page": page, "now": now})


@admin_only
def unsharing(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Take a host out of the pool, after saying what stays."""
    host = get_object_or_404(pool.shared(), uid=uid)
    now = clock.now()
    if request.method == "POST":
        pool.remove(host=host, by=request.user, now=now)
        say(request, _("%(email)s is not shared any more.") % {"email": host.email})
        return redirect("zoom:account")
    number = pool.coming(host, now).count()
    context = {
        "heading": _("Stop sharing %(email)s?") % {"email": host.email},
        "text": ngettext(
            "It gets no new classes. The %(n)d class that it has stays on it.",
            "It gets no new classes. The %(n)d classes that it has stay on it.",
            number,
        )
        % {"n": number}
        if number
        else _("It gets no new classes. It has none at present."),
        "back": reverse("zoom:account"),
        "back_title": _("Whole account"),
        "keep": _("Keep sharing it"),
        "verb": _("Stop sharing"),
    }
    return render(request, "ui/confirm.html", context)


def _unlinked() -> QuerySet[User]:
    return teachers(clock.now()).filter(zoom_user__isnull=True).order_by("name", "pk")


def _page(
    request: RoleRequest,
    *,
    form: AccountForm | None = None,
    link_form: TeacherEmailForm | None = None,
    pool_form: HostEmailForm | None = None,
) -> HttpResponse:
    now, found = clock.now(), wholeaccount.whole()
    bound = form or link_form or pool_form
    coming = Q(claims__ends_at__gt=now)
    served = ZoomUser.objects.filter(by_account=True, teacher__isnull=False)
    context: dict[str, Any] = {
        "account": found,
        "reason": account_words(found.state_reason) if found else "",
        "lacking": wholeaccount.lacking(found) if found else (),
        "served": served.filter(state__in=USABLE).count(),
        "linked": served.select_related("teacher").order_by("teacher__name", "pk")[:PAGE],
        "teachers": teachers(now).count(),
        "broken": teachers(now).filter(zoom_user__state__in=BROKEN).count(),
        "is_configured": api.account_is_configured(),
        "form": form or AccountForm(),
        "suggestions": wholeaccount.suggestions()[:PAGE],
        "unlinked": _unlinked()[:PAGE],
        "link_form": link_form or TeacherEmailForm(prefix="link", teachers=_unlinked()),
        "pool": pool.shared().annotate(
            coming=Count("claims", filter=coming), next_at=Min("claims__starts_at", filter=coming)
        ),
        "pool_form": pool_form or HostEmailForm(prefix="pool"),
        "now": now,
    }
    return render(request, "zoom/account.html", context, status=422 if bound else 200)
