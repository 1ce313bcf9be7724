"""Addresses at which Zoom knocks, and where its events are looked at."""

from __future__ import annotations

from django.urls import path

from eduraise.events import views

# What Zoom is told to send its events to
ADDRESS = "zoom/webhook/"

app_name = "events"
urlpatterns = [
    path(ADDRESS, views.webhook, name="webhook"),
    path("operations/events/", views.events, name="list"),
    path("operations/events/<uuid:uid>/putting-away/", views.putting_away, name="putting_away"),
    path("operations/events/<uuid:uid>/retry/", views.retry, name="retry"),
]
