"""Addresses at which Zoom knocks, and where its events are looked at."""

from __future__ import annotations

from django.urls import path

from eduraise.events import views

app_name = "events"
urlpatterns = [
    path("zoom/webhook/", views.webhook, name="webhook"),
    path("operations/events/", views.events, name="list"),
    path("operations/events/<uuid:uid>/retry/", views.retry, name="retry"),
]
