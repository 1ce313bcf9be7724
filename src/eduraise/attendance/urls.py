"""Attendance."""

from __future__ import annotations

from django.urls import path

from eduraise.attendance.views import (
    companions,
    elsewhere,
    excuses,
    files,
    marks,
    people,
    records,
    register,
    rules,
)

app_name = "attendance"
urlpatterns = [
    path("classes/<str:code>/attendance/", register.register, name="register"),
    path("classes/<str:code>/attendance/marks/", marks.marks, name="marks"),
    path("classes/<str:code>/attendance/marks/all/", marks.everybody, name="everybody"),
    path("classes/<str:code>/attendance/marks/<uuid:uid>/undo/", marks.undo, name="undo"),
    path("classes/<str:code>/attendance/students/<uuid:student>/", marks.mark, name="mark"),
    path("classes/<str:code>/attendance/reading/", marks.reading, name="reading"),
    path("classes/<str:code>/attendance/holding/", marks.holding, name="holding"),
    path("classes/<str:code>/attendance/entries/", marks.entries, name="entries"),
    path("classes/<str:code>/attendance/reopening/", marks.reopening, name="reopening"),
    path("classes/<str:code>/attendance/people/", people.people, name="people"),
    path("classes/<str:code>/attendance/people/<uuid:uid>/undo/", people.undo_people, name="undo_people"),
    path(
        "classes/<str:code>/attendance/students/<uuid:student>/device/", companions.together, name="together"
    ),
    path("classes/<str:code>/attendance/devices/<uuid:uid>/undo/", companions.apart, name="apart"),
    path("classes/<str:code>/attendance/nudge/", people.nudging, name="nudge"),
    path("programs/<str:program>/attendance/", records.grid, name="grid"),
    path("attendance/", records.own, name="own"),
    path("attendance/registers/", records.registers, name="registers"),
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
