"""Health, metrics and the work behind."""

from __future__ import annotations

from django.urls import path

from eduraise.ops import views

app_name = "ops"
urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", views.metrics_page, name="metrics"),
    path("operations/", views.work, name="work"),
    path("operations/jobs/<uuid:job_id>/retry/", views.retry_job, name="retry_job"),
]
