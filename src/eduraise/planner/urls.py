"""Addresses of plans."""

from __future__ import annotations

from django.urls import path

from eduraise.planner.views import copying, differences, plans, tables, teaching

app_name = "planner"
urlpatterns = [
    path("programs/<str:program>/plan/", plans.new, name="new"),
    path("programs/<str:program>/plan/missing/", differences.missing, name="missing"),
    path("programs/<str:program>/timetable/from-classes/", differences.take_over, name="take_over"),
    path("programs/<str:program>/copy/", copying.copy, name="copy"),
    path("programs/<str:program>/plan/table/", tables.paste, name="table"),
    path("programs/<str:program>/plans/<uuid:uid>/columns/", tables.columns, name="columns"),
    path("programs/<str:program>/plans/<uuid:uid>/", plans.page, name="plan"),
    path("programs/<str:program>/plans/<uuid:uid>/holidays/", plans.holidays, name="holidays"),
    path("programs/<str:program>/plans/<uuid:uid>/rows/<int:number>/", plans.row, name="row"),
    path(
        "programs/<str:program>/plans/<uuid:uid>/rows/<int:number>/teacher/", teaching.choose, name="teacher"
    ),
    path("programs/<str:program>/plans/<uuid:uid>/start/", plans.start, name="start"),
    path("programs/<str:program>/plans/<uuid:uid>/pause/", plans.pausing, name="pausing"),
    path("programs/<str:program>/plans/<uuid:uid>/again/", plans.again, name="again"),
    path("programs/<str:program>/plans/<uuid:uid>/undo/", plans.undo, name="undo"),
]
