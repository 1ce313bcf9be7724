"""Accounts: invitations, one's own settings, people."""

from __future__ import annotations

from django.urls import path

from eduraise.accounts.views import invitations, people, settings

app_name = "accounts"
urlpatterns = [
    path("invitation/<str:token>/", invitations.invited, name="invited"),
    path("invitation/", invitations.invitation, name="invitation"),
    path("settings/", settings.profile, name="settings"),
    path("settings/zone/", settings.zone, name="zone"),
    path("settings/theme/", settings.theme, name="theme"),
    path("language/", settings.language, name="language"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<uuid:uid>/", people.person, name="person"),
    path("people/<uuid:uid>/correction/", people.correction, name="correction"),
    path("people/<uuid:uid>/closing/", people.closing, name="closing"),
    path("people/<uuid:uid>/reopening/", people.reopening, name="reopening"),
    path("people/<uuid:uid>/admin/", people.admin_right, name="admin_right"),
    path("people/<uuid:uid>/invitation/", people.resend, name="resend"),
    path("people/<uuid:uid>/invitation/withdrawal/", people.withdrawal, name="withdrawal"),
]
