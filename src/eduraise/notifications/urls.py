"""The bell's list, what is mailed, and mails that failed."""

from __future__ import annotations

from django.urls import path

from eduraise.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.told, name="list"),
    path("notifications/reading/", views.read_all, name="read_all"),
    path("notifications/<uuid:uid>/reading/", views.read, name="read"),
    path("notifications/mails/", views.mails, name="mails"),
    path("notifications/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("notifications/failed/", views.failed, name="failed"),
    path("notifications/failed/<str:channel>/<int:pk>/retry/", views.retry, name="retry"),
    path("demo/mail/", views.demo_mails, name="demo_mails"),
    path("demo/mail/<str:name>/", views.demo_mail, name="demo_mail"),
]
