"""Connecting Zoom, setting it up, and what is under way there."""

from __future__ import annotations

from django.urls import path

from eduraise.zoom import views

app_name = "zoom"
urlpatterns = [
    path("connect/", views.connect, name="connect"),
    path("connect/start/", views.start, name="start"),
    path("connect/callback/", views.callback, name="callback"),
    path("connect/confirmation/", views.confirmation, name="confirmation"),
    path("connect/disconnection/", views.disconnection, name="disconnection"),
    path("setup/", views.setup, name="setup"),
    path("operations/", views.operations, name="operations"),
    path("operations/<uuid:uid>/", views.operation, name="operation"),
]
