"""Attendance."""

from __future__ import annotations

from django.urls import path

from eduraise.attendance.views import elsewhere, excuses, files, register, rules

app_name = "attendance"
urlpatterns = [
    path("classes/<str:code>/attendance/", register.register, name="register"),
    path("programs/<str:program>/attendance/rules/", rules.page, name="rules"),
    path("programs/<str:program>/attendance.<str:form>", files.grid, name="grid_file"),
    path("classes/<str:code>/register.<str:form>", files.register, name="register_file"),
    path("classes/<str:code>/excuse/", excuses.own, name="excuse"),
    path("classes/<str:code>/excuse/withdrawal/", excuses.withdrawal, name="withdraw_excuse"),
    path("attendance/my-excuses/", excuses.mine, name="my_excuses"),
    path("attendance/excuses/", excuses.waiting, name="excuses"),
    path("attendance/excuses/<uuid:uid>/answer/", excuses.answer, name="answer_excuse"),
    path("attendance/excuses/<uuid:uid>/return/", excuses.take_back, name="take_back"),
    path("classes/<str:code>/attendance/sittings/<uuid:sitting_uid>/", elsewhere.sitting, name="sitting"),
]
