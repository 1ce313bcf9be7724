"""Programs and what belongs to them."""

from __future__ import annotations

from django.urls import path

from eduraise.programs import views

app_name = "programs"
urlpatterns = [
    path("", views.programs, name="list"),
    path("new/", views.create, name="create"),
    path("profiles/<uuid:uid>/", views.profile, name="profile"),
    path("<str:program>/", views.page, name="page"),
    path("<str:program>/edit/", views.edit, name="edit"),
    path("<str:program>/rules/", views.rules, name="rules"),
    path("<str:program>/opening/", views.opening, name="opening"),
    path("<str:program>/archive/", views.archive, name="archive"),
    path("<str:program>/restoration/", views.restoration, name="restoration"),
    path("<str:program>/teachers/new/", views.assign, name="assign"),
    path("<str:program>/teachers/<uuid:uid>/", views.assignment, name="assignment"),
    path("<str:program>/teachers/<uuid:uid>/end/", views.end_teacher, name="end_teacher"),
    path("<str:program>/students/new/", views.enrol_students, name="enrol"),
    path("<str:program>/students/<uuid:uid>/end/", views.end_student, name="end_student"),
    path("<str:program>/materials/new/", views.add, name="add_material"),
    path("<str:program>/materials/<uuid:uid>/file/", views.material_file, name="material_file"),
    path("<str:program>/materials/<uuid:uid>/removal/", views.removal, name="remove_material"),
]
