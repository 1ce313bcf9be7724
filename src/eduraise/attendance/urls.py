"""Attendance: registers of classes."""

from __future__ import annotations

from django.urls import path

from eduraise.attendance.views import register

app_name = "attendance"
urlpatterns = [
    path("classes/<str:code>/attendance/", register.register, name="register"),
]
