"""Accounts: invitations, one's own settings, people."""

from __future__ import annotations

from django.urls import path

from eduraise.accounts import views

app_name = "accounts"
urlpatterns = [
    path("invitation/<str:token>/", views.invited, name="invited"),
    path("invitation/", views.invitation, name="invitation"),
]
