"""Calendars: the page, addresses for calendar programs, a class as a file."""

from __future__ import annotations

from django.urls import path

from eduraise.calendars.views import addresses, feeds, page

app_name = "calendars"
urlpatterns = [
    path("calendar/", page.page, name="page"),
    path("calendar/series/<uuid:uid>/", page.series, name="series"),
    path("calendars/<str:secret>.ics", feeds.feed, name="feed"),
    path("classes/<str:code>/calendar.ics", feeds.of_class, name="class"),
    path("settings/calendar/", addresses.addresses, name="addresses"),
    path("settings/calendar/invitations/", addresses.invitations, name="invitations"),
    path("settings/calendar/<uuid:uid>/replacement/", addresses.replacement, name="replacement"),
    path("settings/calendar/<uuid:uid>/removal/", addresses.removal, name="removal"),
]
