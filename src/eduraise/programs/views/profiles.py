"""What a teacher teaches and how much."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.accounts.queries import find_person
from eduraise.programs.forms.teachers import ProfileForm
from eduraise.programs.models import TeacherProfile, TeacherSubject
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
        _save_profile(person, form.cleaned_data)
        say(request, _("Saved."))
        return redirect(request.path)
    context = {"form": form, "heading": person.name, "verb": _("Save")}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _save_profile(person: User, data: dict[str, Any]) -> None:
    row, _made = TeacherProfile.objects.get_or_create(person=person)
    row.weekly_minutes = data["weekly_hours"] * 60 if data["weekly_hours"] else None
    row.save(update_fields=["weekly_minutes"])
    wanted = {part.strip()[:80] for part in data["subjects"].split(",") if part.strip()}
    row.subjects.exclude(subject__in=wanted).delete()
    TeacherSubject.objects.bulk_create(
        [TeacherSubject(teacher=row, subject=one) for one in sorted(wanted)], ignore_conflicts=True
    )
