"""What a teacher teaches and how much."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from eduraise.access.roles import RoleRequest
from eduraise.accounts.queries import find_person
from eduraise.core import clock
from eduraise.programs.forms.teachers import ProfileForm
from eduraise.programs.models import TeacherProfile
from eduraise.programs.profiles import change_profile
from eduraise.ui.toasts import say


def profile(request: RoleRequest, uid: UUID) -> HttpResponse:
    """What a teacher teaches and how much: by herself or an admin."""
    person = find_person(uid)
    if person is None or not (request.user.is_admin or request.user == person):
        raise Http404
    row = TeacherProfile.objects.filter(person=person).first()
    if row is None and not request.user.is_admin:
        raise Http404
    initial = {
        "subjects": ", ".join(row.subjects.order_by("subject").values_list("subject", flat=True))
        if row
        else "",
        "weekly_hours": row.weekly_minutes // 60 if row and row.weekly_minutes else None,
    }
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_profile(person=person, by=request.user, now=clock.now(), **form.values())
        say(request, _("Saved."))
        return redirect(request.path)
    verb = _("Save") if row else _("Make a teacher")
    context = {
        "form": form,
        "heading": person.name,
        "verb": verb,
        "facts": _("What is taught, and how much."),
    }
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)
