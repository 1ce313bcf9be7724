"""Health, metrics, and the page of work behind."""

from __future__ import annotations

from ipaddress import ip_address
from secrets import compare_digest

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from eduraise.access.decorators import admin_only
from eduraise.core import breaker, clock
from eduraise.ops import engine, health, metrics, regular
from eduraise.ops.queries import queue_lengths


@login_not_required
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """Each part's name, and whether it is ok; 503 while one is failing that no page can do without."""
    parts = health.parts()
    can_answer = all(part.ok for part in parts if part.needed)
    body = {
        "status": "ok" if all(part.ok for part in parts) else "degraded" if can_answer else "failing",
        "parts": {part.name: "ok" if part.ok else "failing" for part in parts},
    }
    return JsonResponse(body, status=200 if can_answer else 503)


@login_not_required
@require_GET
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Prometheus' page: for whoever holds the token, or stands on this machine."""
    if not _may_scrape(request):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_scrape(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN:
        return compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    # behind a proxy everybody seems to come from this machine
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT or "X-Forwarded-For" in request.headers:
        return False
    return ip_address(request.META["REMOTE_ADDR"]).is_loopback


@admin_only
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """The work behind: regular work with its last run, what waits, what failed."""
    return render(
        request,
        "ops/work.html",
        {
            "last_runs": regular.last_runs(),
            "queues": queue_lengths(),
            "failed_jobs": engine.failed_jobs(),
            "worker_seen_at": health.worker_seen_at(),
            "worker_is_alive": health.worker_is_alive(),
            "zoom_silent_since": breaker.opened_at("zoom"),
            "now": clock.now(),
        },
    )


@admin_only
@require_POST
def retry_job(request: HttpRequest, job_id: str) -> HttpResponse:
    """Try a failed job again."""
    if engine.retry_job(job_id):
        messages.success(request, _("The job is tried again."))
    else:
        messages.info(request, _("That job isn’t waiting for a new try any more."))
    return redirect("ops:work")
