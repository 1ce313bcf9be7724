"""Every address there is."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("eduraise.today.urls")),
    path("", include("eduraise.ops.urls")),
    path("", include("eduraise.ui.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("eduraise.accounts.urls")),
    path("", include("eduraise.notifications.urls")),
    path("zoom/", include("eduraise.zoom.urls")),
    path("", include("eduraise.programs.urls")),
    path("", include("eduraise.events.urls")),
    path("", include("eduraise.calendars.urls")),
    path("", include("eduraise.classes.urls")),
    path("", include("eduraise.attendance.urls")),
    path("", include("eduraise.substitutes.urls")),
    path("", include("eduraise.notes.urls")),
    path("", include("eduraise.recordings.urls")),
    path("", include("eduraise.live.urls")),
    path("", include("eduraise.door.urls")),
    path("", include("eduraise.planner.urls")),
]

handler400 = "eduraise.ui.views.bad_request"
handler403 = "eduraise.ui.views.forbidden"
handler404 = "eduraise.ui.views.not_found"
handler500 = "eduraise.ui.views.server_error"
