"""Home, the live board, the role that is worn, find and help."""

from __future__ import annotations

from django.urls import path

from eduraise.today import views

app_name = "today"
urlpatterns = [
    path("", views.home, name="home"),
    path("live/", views.live, name="live"),
    path("role/", views.role, name="role"),
    path("find/", views.find_page, name="find"),
    path("help/", views.help_page, name="help"),
]
