"""Hand-over notes."""

from __future__ import annotations

from django.urls import path

from eduraise.notes import views

app_name = "notes"
urlpatterns = [
    path("programs/<str:program>/notes/", views.notes, name="list"),
    path("classes/<str:code>/notes/new/", views.write, name="write"),
    path("classes/<str:code>/notes/<uuid:uid>/", views.note, name="note"),
    path("classes/<str:code>/notes/<uuid:uid>/removal/", views.removal, name="remove"),
    path("classes/<str:code>/notes/<uuid:uid>/return/", views.bring_back, name="bring_back"),
]
