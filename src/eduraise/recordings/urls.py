"""Recordings of classes."""

from __future__ import annotations

from django.urls import path

from eduraise.recordings.views import lists, managing, watching

app_name = "recordings"
urlpatterns = [
    path("recordings/", lists.recordings, name="list"),
    path("recordings/storage/", lists.storage, name="storage"),
    path("recordings/<uuid:uid>/", watching.recording, name="recording"),
    path("recordings/<uuid:uid>/files/<uuid:file>/", watching.media, name="media"),
    path("recordings/<uuid:uid>/files/<uuid:file>/download/", watching.download, name="download"),
    path("recordings/<uuid:uid>/elsewhere/", watching.elsewhere, name="elsewhere"),
    path("recordings/<uuid:uid>/viewing/", watching.viewing, name="viewing"),
    path("recordings/<uuid:uid>/shown-to/<str:visible>/", managing.visibility, name="visibility"),
    path("recordings/<uuid:uid>/review/", managing.reviewing, name="reviewing"),
    path("recordings/<uuid:uid>/review/withdrawal/", managing.unreviewing, name="unreviewing"),
    path("recordings/<uuid:uid>/keeping/", managing.keeping, name="keeping"),
    path("recordings/<uuid:uid>/keeping/end/", managing.unkeeping, name="unkeeping"),
    path("recordings/<uuid:uid>/removal/", managing.removal, name="removal"),
    path("recordings/<uuid:uid>/return/", managing.bring_back, name="bring_back"),
    path("recordings/<uuid:uid>/recovery/", managing.recovery, name="recovery"),
    path("recordings/<uuid:uid>/copy/", managing.copying, name="copying"),
    path("recordings/<uuid:uid>/looking/", managing.looking, name="looking"),
    path("programs/<str:program>/recordings/", lists.of_program, name="of_program"),
    path("programs/<str:program>/recordings/rules/", lists.rules, name="rules"),
    path("classes/<str:code>/recordings/new/", managing.attachment, name="attachment"),
]
