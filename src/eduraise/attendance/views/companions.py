"""Two students at one device: saying so, and taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eduraise.access.roles import RoleRequest
from eduraise.attendance.companions import sit_apart, sit_together
from eduraise.attendance.forms import CompanionForm
from eduraise.attendance.models import Companion, Register
from eduraise.attendance.rows import Row
from eduraise.attendance.sheet import Sheet
from eduraise.attendance.views.around import bring_up, corrected, done, sheet_of, shown
from eduraise.classes.joining import Standing
from eduraise.core import clock
from eduraise.ui.toasts import say


def companion_form(sheet: Sheet, row: Row, data: Any = None) -> CompanionForm | None:
    """The form for saying at whose device a student sat; None where nobody else was seen."""
    seen = [(one.uid, one.label) for one in sheet.others if one.uid != row.uid]
    return CompanionForm(data, seen=seen, prefix="d", auto_id=f"{row.uid}-%s") if seen else None


@corrected
@require_POST
def together(request: RoleRequest, register: Register, standing: Standing, student: UUID) -> HttpResponse:
    """Say at whose device a student sat."""
    sheet = sheet_of(request, register.session, standing)
    row = sheet.row(str(student))
    form = companion_form(sheet, row, request.POST) if row else None
    if row is None or form is None or not sheet.may_correct:
        raise Http404
    if not form.is_valid():
        say(request, " ".join(str(sentence) for found in form.errors.values() for sentence in found))
        return shown(request, register.session, standing)
    beside = next(one for one in sheet.others if one.uid == form.cleaned_data["beside"])

    def act() -> Companion:
        said = sit_together(
            register=register,
            student=row.student,
            beside=beside.student,
            lasts=form.cleaned_data["lasts"],
            by=request.user,
            now=clock.now(),
        )
        bring_up(register)
        return said

    return done(
        request,
        register,
        standing,
        act,
        _("%(student)s was there with %(beside)s.") % {"student": row.label, "beside": beside.label},
        undo=lambda said: reverse("attendance:apart", args=[register.session.code, said.uid]),
    )


@corrected
@require_POST
def apart(request: RoleRequest, register: Register, standing: Standing, uid: UUID) -> HttpResponse:
    """Take that back; of what was said in an earlier class, from this class on."""
    rows = Companion.objects.select_related("student", "beside")
    said = get_object_or_404(rows, uid=uid, program=register.session.program_id)

    def act() -> bool:
        is_new = sit_apart(said=said, register=register, by=request.user, now=clock.now())
        bring_up(register)
        return is_new

    return done(
        request,
        register,
        standing,
        act,
        lambda is_new: _("Each counts alone again.") if is_new else _("That was taken back already."),
    )
