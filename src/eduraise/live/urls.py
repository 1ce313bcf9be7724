"""A class while it is on, and before."""

from __future__ import annotations

from django.urls import path

from eduraise.live import views

app_name = "live"
urlpatterns = [
    path("classes/<str:code>/groups/", views.groups, name="groups"),
    path("classes/<str:code>/for-students/", views.handouts, name="handouts"),
    path("classes/<str:code>/recording-control/", views.recording, name="recording"),
]
