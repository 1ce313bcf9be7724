"""Registers and grids as files."""

from __future__ import annotations

from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from eduraise.access.decorators import requires
from eduraise.access.roles import RoleRequest
from eduraise.attendance.export import FORMATS, File, export_grid, export_register
from eduraise.attendance.models import Register
from eduraise.classes.decorators import class_needing
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program


@class_needing(Permission.SEE_ATTENDANCE)
@require_safe
def register(request: RoleRequest, session: ClassSession, standing: Standing, form: str) -> HttpResponseBase:
    """A class's register."""
    rows = Register.objects.select_related("session__program")
    found = rows.filter(session=session).first()
    if found is None or form not in FORMATS:
        raise Http404
    return _sent(export_register(register=found, form=form, by=request.user, now=clock.now()))


@requires(Permission.SEE_ATTENDANCE)
@require_safe
def grid(request: RoleRequest, program: Program, form: str) -> HttpResponseBase:
    """A program's grid."""
    if form not in FORMATS:
        raise Http404
    return _sent(export_grid(program=program, form=form, by=request.user, now=clock.now()))


def _sent(file: File) -> HttpResponseBase:
    response = StreamingHttpResponse(file.parts, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
