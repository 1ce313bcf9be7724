"""When a teacher is there: stated by herself or, for her, by an admin."""

from __future__ import annotations

from datetime import date, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import View
from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.accounts.reading import named_zone
from eduraise.core import clock, hooks
from eduraise.programs import stating
from eduraise.programs.availability import away_on, stated_times, zone_of
from eduraise.programs.availability_words import span_words, week_of
from eduraise.programs.forms.availability import DaysOffForm, HoursForm, read_hours
from eduraise.programs.models import DayOff, TeacherProfile
from eduraise.programs.stated_times import Hours
from eduraise.programs.views.answering import answer, done
from eduraise.ui import times


def about_a_teacher(view: View) -> View:
    """For a teacher herself and for admins; nobody else may know of it."""

    @wraps(view)
    def checked(request: RoleRequest, *, uid: UUID, **kwargs: Any) -> HttpResponseBase:
        rows = TeacherProfile.objects.select_related("person").filter(person__uid=uid)
        profile = rows.filter(person__erased_at__isnull=True).first()
        if profile is None or not (request.user.is_admin or request.user.pk == profile.person_id):
            raise Http404
        return view(request, profile=profile, **kwargs)

    return checked


@about_a_teacher
@require_safe
def availability(request: RoleRequest, profile: TeacherProfile) -> HttpResponse:
    """Hours of the week and days off."""
    now = clock.now()
    stated = stated_times([profile.person])[profile.person_id]
    days_off = list(profile.days_off.present().not_over(_today(profile, now)).in_order())
    context = {
        **_around(request, profile),
        "week": week_of(stated.hours),
        "days_off": _with_booked(days_off, profile, request.user, now),
        "zone": stated.zone,
        "is_elsewhere": stated.zone != profile.person.zone and stated.hours,
        "own_zone": profile.person.zone,
        "now": now,
    }
    return render(request, "programs/availability.html", context)


def _with_booked(
    days_off: list[DayOff], profile: TeacherProfile, reader: User, now: datetime
) -> list[tuple[DayOff, list[hooks.OnDayOff]]]:
    """Each with the booked classes that lie on it."""
    aways = {off.pk: away_on(off) for off in days_off}
    found = hooks.booked_on_days_off.ask(
        person=profile.person, aways=list(aways.values()), reader=reader, now=now
    )
    return [(off, [one for one in found if one.away == aways[off.pk]]) for off in days_off]


@about_a_teacher
def add_hours(request: RoleRequest, profile: TeacherProfile) -> HttpResponse:
    """State hours of the week."""
    stated = stated_times([profile.person])[profile.person_id]
    form = HoursForm(request.POST or None, zone=stated.zone if stated.hours else profile.person.zone)

    def state() -> None:
        stating.add_hours(profile=profile, by=request.user, now=clock.now(), **form.values())

    context = {
        **_around(request, profile, inner=True),
        "heading": _("Add hours"),
        "facts": _("Classes outside of all the hours stated here are asked about before they are scheduled."),
        "verb": _("Add them"),
        "form": form,
    }
    return answer(request, form, state, context, lambda _none: _("Saved."), to=_page_of(profile))


@about_a_teacher
@require_POST
def remove_hours(request: RoleRequest, profile: TeacherProfile) -> HttpResponse:
    """Take a span of the week back."""
    hours = read_hours(request.POST)
    if hours is None:
        return HttpResponse(status=400)
    return done(
        request,
        None,
        lambda: stating.remove_hours(profile=profile, hours=hours, by=request.user, now=clock.now()),
        _("“%s” is removed.") % f"{_weekday(hours)} {span_words(hours)}",
        undo=f"{reverse('programs:bring_back_hours', args=[profile.person.uid])}?{_query(hours)}",
        to=_page_of(profile),
    )


@about_a_teacher
@require_POST
def bring_back_hours(request: RoleRequest, profile: TeacherProfile) -> HttpResponse:
    """Undo that; the span stands in the address."""
    hours = read_hours(request.GET)
    if hours is None:
        return HttpResponse(status=400)

    def state() -> None:
        stating.add_hours(
            profile=profile,
            weekdays=[hours.weekday],
            since=hours.since,
            until=hours.until,
            by=request.user,
            now=clock.now(),
        )

    said = _("“%s” is back.") % f"{_weekday(hours)} {span_words(hours)}"
    return done(request, None, state, said, to=_page_of(profile))


@about_a_teacher
@require_POST
def hours_zone(request: RoleRequest, profile: TeacherProfile) -> HttpResponse:
    """Mean the hours by the clocks of the zone that the teacher has now."""
    said = _("The hours are meant in %(city)s time now.") % {"city": times.city(profile.person.zone)}
    return done(
        request,
        None,
        lambda: stating.use_own_zone(profile=profile, by=request.user, now=clock.now()),
        said,
        to=_page_of(profile),
    )


@about_a_teacher
def add_days_off(request: RoleRequest, profile: TeacherProfile) -> HttpResponse:
    """State days off."""
    form, now = DaysOffForm(request.POST or None), clock.now()

    def state() -> DayOff:
        return stating.add_days_off(profile=profile, by=request.user, now=now, **form.values())

    def said(made: DayOff) -> str:
        touched = hooks.consequences_of.ask(kind="days_off", thing=away_on(made), now=now)
        return " ".join([_("Saved."), *(one.sentence for one in touched)])

    context = {
        **_around(request, profile, inner=True),
        "heading": _("Add days off"),
        "facts": _("Booked classes stay as they are."),
        "verb": _("Add them"),
        "form": form,
    }
    return answer(request, form, state, context, said, to=_page_of(profile))


@about_a_teacher
@require_POST
def remove_days_off(request: RoleRequest, profile: TeacherProfile, off: UUID) -> HttpResponse:
    """Take days off back."""
    days = get_object_or_404(DayOff.objects.select_related("profile__person"), profile=profile, uid=off)
    return done(
        request,
        None,
        lambda: stating.remove_days_off(days=days, by=request.user, now=clock.now()),
        _("The days off are removed."),
        undo=reverse("programs:bring_back_days_off", args=[profile.person.uid, off]),
        to=_page_of(profile),
    )


@about_a_teacher
@require_POST
def bring_back_days_off(request: RoleRequest, profile: TeacherProfile, off: UUID) -> HttpResponse:
    """Undo that."""
    days = get_object_or_404(DayOff.objects.select_related("profile__person"), profile=profile, uid=off)
    return done(
        request,
        None,
        lambda: stating.bring_back_days_off(days=days, by=request.user, now=clock.now()),
        _("The days off are back."),
        to=_page_of(profile),
    )


def _page_of(profile: TeacherProfile) -> str:
    return reverse("programs:availability", args=[profile.person.uid])


def _around(request: RoleRequest, profile: TeacherProfile, *, inner: bool = False) -> dict[str, Any]:
    """What each of these pages says of whose time it is, and where it leads back."""
    person, is_own = profile.person, request.user.pk == profile.person_id
    back, title = reverse("accounts:person", args=[person.uid]), person.name
    if is_own:
        back, title = reverse("accounts:settings"), _("Settings")
    if inner:
        back, title = _page_of(profile), (_("Hours and days off") if is_own else person.name)
    return {"teacher": person, "is_own": is_own, "back": back, "back_title": title}


def _today(profile: TeacherProfile, now: datetime) -> date:
    return now.astimezone(named_zone(zone_of(profile))).date()


def _weekday(hours: Hours) -> str:
    return week_of([hours])[0].name


def _query(hours: Hours) -> str:
    return urlencode(
        {"weekday": hours.weekday, "since": f"{hours.since:%H:%M}", "until": f"{hours.until:%H:%M}"}
    )
