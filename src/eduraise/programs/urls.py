"""Programs and what belongs to them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from eduraise.programs.views import (
    availability,
    holidays,
    importing,
    materials,
    profiles,
    programs,
    students,
    syllabus,
    teachers,
    timetable,
)

app_name = "programs"
HOLIDAYS = [
    path("", holidays.organisation, name="holidays"),
    path("new/", holidays.add, name="add_organisation_holiday"),
    path("several/", holidays.bring, name="bring_organisation_holidays"),
    path("<uuid:uid>/", holidays.holiday, name="organisation_holiday"),
    path("<uuid:uid>/removal/", holidays.removal, name="remove_organisation_holiday"),
    path("<uuid:uid>/return/", holidays.bring_back, name="bring_back_organisation_holiday"),
]
TIMETABLE = [
    path("", timetable.timetable, name="timetable"),
    path("term/", timetable.term, name="term"),
    path("slots/new/", timetable.add_slot, name="add_slot"),
    path("slots/preview/", timetable.preview, name="slot_preview"),
    path("slots/<uuid:uid>/", timetable.slot, name="slot"),
    path("slots/<uuid:uid>/removal/", timetable.slot_removal, name="remove_slot"),
    path("slots/<uuid:uid>/return/", timetable.slot_return, name="bring_back_slot"),
    path("holidays/new/", holidays.add, name="add_holiday"),
    path("holidays/several/", holidays.bring, name="bring_holidays"),
    path("holidays/<uuid:uid>/", holidays.holiday, name="holiday"),
    path("holidays/<uuid:uid>/removal/", holidays.removal, name="remove_holiday"),
    path("holidays/<uuid:uid>/return/", holidays.bring_back, name="bring_back_holiday"),
]
SYLLABUS = [
    path("", syllabus.syllabus, name="syllabus"),
    path("new/", syllabus.add, name="add_topics"),
    path("<uuid:uid>/", syllabus.topic, name="topic"),
    path("<uuid:uid>/removal/", syllabus.removal, name="remove_topic"),
    path("<uuid:uid>/return/", syllabus.bring_back, name="bring_back_topic"),
    path("<uuid:uid>/place/", syllabus.place, name="place_topic"),
    path("<uuid:uid>/materials/new/", materials.add_to_topic, name="add_material_to_topic"),
]
AVAILABILITY = [
    path("", availability.availability, name="availability"),
    path("hours/new/", availability.add_hours, name="add_hours"),
    path("hours/removal/", availability.remove_hours, name="remove_hours"),
    path("hours/return/", availability.bring_back_hours, name="bring_back_hours"),
    path("hours/zone/", availability.hours_zone, name="hours_zone"),
    path("days-off/new/", availability.add_days_off, name="add_days_off"),
    path("days-off/<uuid:off>/removal/", availability.remove_days_off, name="remove_days_off"),
    path("days-off/<uuid:off>/return/", availability.bring_back_days_off, name="bring_back_days_off"),
]
PROGRAMS: list[URLPattern | URLResolver] = [
    path("", programs.programs, name="list"),
    path("new/", programs.create, name="create"),
    path("profiles/<uuid:uid>/", profiles.profile, name="profile"),
    path("profiles/<uuid:uid>/availability/", include(AVAILABILITY)),
    path("holidays/", include(HOLIDAYS)),
    path("<str:program>/", programs.page, name="page"),
    path("<str:program>/edit/", programs.edit, name="edit"),
    path("<str:program>/rules/", programs.rules, name="rules"),
    path("<str:program>/opening/", programs.opening, name="opening"),
    path("<str:program>/archive/", programs.archive, name="archive"),
    path("<str:program>/restoration/", programs.restoration, name="restoration"),
    path("<str:program>/teachers/new/", teachers.assign, name="assign"),
    path("<str:program>/teachers/<uuid:uid>/", teachers.assignment, name="assignment"),
    path("<str:program>/teachers/<uuid:uid>/end/", teachers.end_teacher, name="end_teacher"),
    path("<str:program>/teachers/<uuid:uid>/materials/new/", materials.add_resource, name="add_resource"),
    path("<str:program>/students/new/", students.enrol_students, name="enrol"),
    path("<str:program>/students/", students.enrol_known, name="enrol_known"),
    path("<str:program>/students/<uuid:uid>/end/", students.end_student, name="end_student"),
    path("<str:program>/timetable/", include(TIMETABLE)),
    path("<str:program>/syllabus/", include(SYLLABUS)),
    path("<str:program>/materials/new/", materials.add, name="add_material"),
    path("<str:program>/materials/<uuid:uid>/file/", materials.material_file, name="material_file"),
    path("<str:program>/materials/<uuid:uid>/removal/", materials.removal, name="remove_material"),
    path("<str:program>/materials/<uuid:uid>/return/", materials.bring_back, name="bring_back_material"),
    path("<str:program>/materials/<uuid:uid>/place/", materials.place, name="place_material"),
]
IMPORTS = [
    path("", importing.new, name="import"),
    path("<uuid:uid>/", importing.run, name="import_run"),
    path("<uuid:uid>/confirmation/", importing.confirmation, name="import_confirmation"),
    path("<uuid:uid>/lines/", importing.bad_lines, name="import_lines"),
]
urlpatterns = [
    path("programs/", include(PROGRAMS)),
    path("people/import/", include(IMPORTS)),
]
