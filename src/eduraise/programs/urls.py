"""Programs and what belongs to them."""

from __future__ import annotations

from django.urls import include, path

from eduraise.programs.views import importing, materials, profiles, programs, students, teachers

app_name = "programs"
PROGRAMS = [
    path("", programs.programs, name="list"),
    path("new/", programs.create, name="create"),
    path("profiles/<uuid:uid>/", profiles.profile, name="profile"),
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
