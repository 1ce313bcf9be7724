"""Addresses of plans."""

from __future__ import annotations

from django.urls import path

from eduraise.planner import views

app_name = "planner"
urlpatterns = [
    path("programs/<str:program>/plan/", views.new, name="new"),
    path("programs/<str:program>/plans/<uuid:uid>/", views.page, name="plan"),
    path("programs/<str:program>/plans/<uuid:uid>/holidays/", views.holidays, name="holidays"),
    path("programs/<str:program>/plans/<uuid:uid>/rows/<int:number>/", views.row, name="row"),
    path("programs/<str:program>/plans/<uuid:uid>/start/", views.start, name="start"),
    path("programs/<str:program>/plans/<uuid:uid>/pause/", views.pausing, name="pausing"),
    path("programs/<str:program>/plans/<uuid:uid>/again/", views.again, name="again"),
    path("programs/<str:program>/plans/<uuid:uid>/undo/", views.undo, name="undo"),
]
