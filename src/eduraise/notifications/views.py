"""What a person was told, which mails she wants, and, for the admin, the mails that failed."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.core import clock
from eduraise.notifications import queries
from eduraise.notifications.actions import choose_mails, mark_all_read, mark_read, retry_mail
from eduraise.notifications.folder import folder, mails_in
from eduraise.notifications.forms import MailChoicesForm
from eduraise.notifications.registry import kind_of, known, optional_kinds
from eduraise.notifications.unsubscribing import read_token
from eduraise.ui.toasts import say


@require_safe
def told(request: RoleRequest) -> HttpResponse:
    """The list behind the bell."""
    person, now = request.user, clock.now()
    page, messages = queries.told_page(person, request.GET.get("page"), now)
    return render(
        request,
        "notifications/list.html",
        {
            "page": page,
            "told": messages,
            "unread": queries.unread_count(person, now),
            "has_choices": bool(optional_kinds()),
        },
    )


@require_POST
def read(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Open what a message is about; it is read then."""
    now = clock.now()
    message = mark_read(person=request.user, uid=uid, now=now)
    if message is None:
        raise Http404
    words = queries.in_words([message], now)
    return HttpResponseRedirect(words[0].letter.path or "/notifications/" if words else "/notifications/")


@require_POST
def read_all(request: RoleRequest) -> HttpResponse:
    """Everything shown until now is read."""
    mark_all_read(person=request.user, now=clock.now())
    return redirect("notifications:list")


def mails(request: RoleRequest) -> HttpResponse:
    """Which kinds of mail this person wants."""
    person = request.user
    form = MailChoicesForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        choose_mails(person=person, wanted=form.wanted())
        say(request, _("Saved."))
        return redirect("notifications:mails")
    return render(request, "notifications/mails.html", {"form": form})


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the token is what counts
@login_not_required
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails of one kind to one person, by the link in such a mail."""
    found = read_token(token)
    if found is None or not known(found[1]):
        raise Http404
    kind = kind_of(found[1])
    if request.method == "POST":
        choose_mails(person=get_object_or_404(User, uid=found[0]), wanted={kind.name: False})
    context = {"kind": kind, "done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)


@admin_only
@require_safe
def failed(request: RoleRequest) -> HttpResponse:
    """The mails that could not be sent."""
    page, mails = queries.failed_deliveries(request.GET.get("page"))
    return render(request, "notifications/failed.html", {"page": page, "mails": mails})


@admin_only
@require_POST
def retry(request: RoleRequest, channel: str, pk: int) -> HttpResponse:
    """Queue one of them again."""
    mail = queries.failed_mail(channel, pk)
    if mail is None:
        raise Http404
    if retry_mail(mail=mail, by=request.user, now=clock.now()):
        say(request, _("The mail is on its way again."))
    return redirect("notifications:failed")


@login_not_required
@require_safe
def demo_mails(request: HttpRequest) -> HttpResponse:
    """The mails that this demo would have sent."""
    place = folder()
    if not settings.DEMO or place is None:
        raise Http404
    return render(request, "notifications/demo_mails.html", {"mails": mails_in(place)})


@login_not_required
@require_safe
def demo_mail(request: HttpRequest, name: str) -> HttpResponse:
    """One of them, as text, with its button."""
    place = folder()
    mails = dict(mails_in(place)) if settings.DEMO and place is not None else {}
    if name not in mails:
        raise Http404
    body = mails[name].get_body(preferencelist=("plain",))
    return render(
        request,
        "notifications/demo_mail.html",
        {"mail": mails[name], "text": body.get_content() if body else ""},
    )
