"""A class's door."""

from __future__ import annotations

from django.urls import path

from eduraise.door import views

app_name = "door"
urlpatterns = [
    path("j/<str:code>", views.door, name="door"),
    path("j/<str:code>/", views.door),
    path("j/<str:code>/join", views.enter, name="join"),
]
