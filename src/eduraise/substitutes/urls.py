"""Addresses of substitutions."""

from __future__ import annotations

from django.urls import path

from eduraise.substitutes import views

app_name = "substitutes"
urlpatterns = [
    path("classes/<str:code>/substitute/", views.find, name="find"),
    path("classes/<str:code>/substitute/withdrawal/", views.withdrawal, name="withdrawal"),
    path("classes/<str:code>/substitute/return/", views.return_class, name="return"),
    path("substitutions/<uuid:uid>/", views.question, name="question"),
]
