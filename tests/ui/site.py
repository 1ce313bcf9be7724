"""A site of its own for the browser tests of the shell: its person needs no database."""

from __future__ import annotations

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path


class Person(SimpleNamespace):
    """Somebody signed in, as far as the shell asks."""

    is_authenticated = True
    is_admin = False

    def __str__(self) -> str:
        return str(self.name)


def as_teacher(request: HttpRequest) -> HttpRequest:
    """The request of a teacher who is a student elsewhere."""
    person: Any = Person(name="Ana Ferreira", theme=request.GET.get("theme", ""))
    request.user = person
    request.role, request.roles = "teacher", ("teacher", "student")  # type: ignore[attr-defined]
    if request.GET.get("dir"):
        request.direction = request.GET["dir"]  # type: ignore[attr-defined]
    return request


@login_not_required
def today(request: HttpRequest) -> HttpResponse:
    from eduraise.ui.gallery import NOW, sample_values

    return render(as_teacher(request), "tests/today.html", {"now": NOW, **sample_values()})


@login_not_required
def shell_post(request: HttpRequest) -> HttpResponse:
    from eduraise.ui.toasts import say

    said = ", ".join(f"{name} {value}" for name, value in request.POST.items() if "csrf" not in name)
    say(request, f"Done: {said}")
    return redirect("today")


class TitleForm(forms.Form):
    topic = forms.CharField(label="Title")

    def clean_topic(self) -> str:
        topic: str = self.cleaned_data["topic"]
        if len(topic) > 20:  # no max_length, whose attribute would keep a browser from sending it
            raise forms.ValidationError("At most 20 characters.")
        return topic


@login_not_required
def schedule(request: HttpRequest) -> HttpResponse:
    """A task page: htmx gets the form's part with 422, a browser the whole page or a redirect."""
    from eduraise.ui.toasts import say

    form = TitleForm(request.POST or None)
    template = "tests/schedule.html"
    if form.is_valid():
        say(request, f"“{form.cleaned_data['topic']}” is planned.", undo="/undo/")
        if "HX-Request" not in request.headers:
            return redirect("schedule")
        return render(as_teacher(request), f"{template}#form", {"form": TitleForm()})
    part = "#form" if "HX-Request" in request.headers else ""
    return render(as_teacher(request), template + part, {"form": form}, status=422 if request.POST else 200)


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "tests/sign_in.html", {"form": TitleForm({"topic": ""})})


@login_not_required
def broken(request: HttpRequest, status: int) -> HttpResponse:
    as_teacher(request)
    if status == 403:
        raise PermissionDenied
    if status == 404:
        raise Http404
    raise RuntimeError("broken on purpose")


polled = {"count": 0, "broken": False}


@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    """A part that refreshes itself, and can be made to fail."""
    if "break" in request.GET:
        polled["broken"] = request.GET["break"] == "yes"
        return HttpResponse("")
    polled["count"] += 1
    if polled["broken"]:
        raise RuntimeError("broken on purpose")
    return HttpResponse(f"<p id='count'>{polled['count']}</p>")


urlpatterns: list[Any] = [
    path("", today, name="today"),
    path("schedule/", schedule, name="schedule"),
    path("classes/", today, name="classes"),
    path("undo/", shell_post, name="undo"),
    path("me/", shell_post, name="me"),
    path("sign-in/", sign_in, name="sign_in"),
    path("accounts/login/", sign_in, name="account_login"),
    path("error/<int:status>/", broken, name="error"),
    path("live/", live, name="live"),
    path("", include("eduraise.ui.urls")),
]
handler400 = "eduraise.ui.views.bad_request"
handler403 = "eduraise.ui.views.forbidden"
handler404 = "eduraise.ui.views.not_found"
handler500 = "eduraise.ui.views.server_error"


def furnish() -> None:
    """Give the shell what the rooms would give it, and nothing of theirs."""
    from eduraise.ui import nav, shell

    nav._entries.clear()
    entries: list[tuple[str, str, str, nav.Place, tuple[str, ...]]] = [
        ("Today", "today", "sun", "main", ()),
        ("Classes", "classes", "list-video", "main", ("schedule",)),
        ("Attendance", "undo", "user-check", "main", ()),
        ("Programs", "me", "book-open", "main", ()),
        ("Recordings", "sign_in", "circle-play", "more", ()),
        ("Zoom connection", "live", "plug", "more", ()),
        ("Your settings", "sign_in", "settings", "person", ()),
    ]
    for order, (name, url, icon, place, covers) in enumerate(entries):
        badge = (lambda request: 2) if name == "Attendance" else None
        nav.register(
            "teacher", name, url=url, icon=icon, order=order, place=place, covers=covers, badge=badge
        )
    shell.wire(**asdict(shell.Wiring()))
    shell.wire(
        home="today",
        bell="classes",
        unread=lambda request: 3,
        find="schedule",
        sign_in="sign_in",
        sign_out="me",
        switch_role="me",
        theme="me",
        zone="me",
        asks_zone=lambda request: "zone" in request.GET,
        ways_out=lambda request: [shell.WayOut(text="Join “Algebra”, 18:00", href="/", now=True)],
    )
