"""Connecting Zoom, setting it up, and what is under way there."""

from __future__ import annotations

from django.urls import path

from eduraise.zoom.views import connect, operations, setup

app_name = "zoom"
urlpatterns = [
    path("connect/", connect.connect, name="connect"),
    path("connect/start/", connect.start, name="start"),
    path("connect/callback/", connect.callback, name="callback"),
    path("connect/confirmation/", connect.confirmation, name="confirmation"),
    path("connect/check/", connect.check, name="check"),
    path("connect/disconnection/", connect.disconnection, name="disconnection"),
    path("setup/", setup.setup, name="setup"),
    path("setup/teachers/<uuid:uid>/release/", setup.release, name="release"),
    path("operations/", operations.operations, name="operations"),
    path("operations/<uuid:uid>/", operations.operation, name="operation"),
    path("operations/<uuid:uid>/giving-up/", operations.giving_up, name="giving_up"),
]
