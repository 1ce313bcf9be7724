"""Every address there is."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("eduraise.ops.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("eduraise.accounts.urls")),
]
