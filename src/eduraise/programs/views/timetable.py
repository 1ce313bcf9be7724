"""A program's timetable: its term, the hours of its week, and what they come to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import requires, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.core import clock, hooks
from eduraise.programs import actions, removing
from eduraise.programs.enums import Permission
from eduraise.programs.forms.timetable import SlotForm, TermForm
from eduraise.programs.models import Program, Slot
from eduraise.programs.queries import teacher_ids
from eduraise.programs.slots import add_slots, change_slot
from eduraise.programs.timetable_queries import holidays_page, slots_of
from eduraise.programs.timetable_words import Sum, rule_of, span_of, sum_of
from eduraise.programs.views.answering import answer, done
from eduraise.programs.views.noting import note_booked
from eduraise.programs.views.tabbing import frame


@sees_program
@require_safe
def timetable(request: RoleRequest, program: Program) -> HttpResponse:
    """The hours of the week, the days without classes, and how many classes that makes."""
    now = clock.now()
    today = today_in(program, now)
    slots, here = slots_of(program), teacher_ids(program, now)
    holidays = holidays_page(
        program, first_on=program.starts_on or today, last_on=program.ends_on, number=request.GET.get("page")
    )
    note_booked(holidays.object_list, request.user, now)
    context = {
        **frame(request, program, "timetable"),
        "slots": [
            {
                "slot": slot,
                "span": span_of(slot),
                "rule": rule_of(slot, today),
                "is_gone": slot.teacher_id is not None and slot.teacher_id not in here,
            }
            for slot in slots
        ],
        "sum": sum_of(program, slots, today),
        "acts": hooks.timetable_acts.ask(program=program, reader=request.user, now=now),
        "parts": _parts(request, program, now),
        "holidays": holidays,
    }
    return render(request, "programs/timetable.html", context)


@requires(Permission.TIMETABLE)
def term(request: RoleRequest, program: Program) -> HttpResponse:
    """From when to when the program's classes are held."""
    form = TermForm(request.POST or None, program=program)

    def save() -> Program:
        typed = form.cleaned_data
        return actions.change_program(
            program=program,
            seen_version=typed["version"],
            by=request.user,
            now=clock.now(),
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
        )

    context = {
        "form": form,
        **_back(program),
        "heading": _("First and last day"),
        "facts": _("Booked classes stay as they are: where they differ then, the timetable says it."),
        "verb": _("Save"),
    }

    def said(made: Program) -> str:
        return _saved(request, made, clock.now())

    return answer(request, form, save, context, said, to=page_of_timetable(program))


@requires(Permission.TIMETABLE)
def add_slot(request: RoleRequest, program: Program) -> HttpResponse:
    """An hour on one or several days of the week."""
    now = clock.now()
    form = SlotForm(request.POST or None, program=program, now=now)

    def make() -> list[Slot]:
        return add_slots(program=program, drafts=form.drafts(), by=request.user, now=now)

    def said(made: list[Slot]) -> str:
        words = ngettext("%(n)d hour of the week is added.", "%(n)d hours of the week are added.", len(made))
        return words % {"n": len(made)}

    context = {
        "form": form,
        **_back(program),
        "heading": _("Add hours of the week"),
        "verb": _("Add to the timetable"),
        "sum": _typed_sum(program, form, None, now),
    }
    to = page_of_timetable(program)
    return answer(request, form, make, context, said, template="programs/slot.html", to=to)


@requires(Permission.TIMETABLE)
def slot(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Change an hour of the week."""
    now = clock.now()
    found = get_object_or_404(Slot.objects.present().select_related("teacher"), program=program, uid=uid)
    form = SlotForm(request.POST or None, program=program, slot=found, now=now)

    def save() -> Slot:
        (draft,) = form.drafts()
        seen = form.cleaned_data["version"]
        return change_slot(slot=found, draft=draft, seen_version=seen, by=request.user, now=now)

    context = {
        "form": form,
        **_back(program),
        "slot": found,
        "heading": f"{found.get_weekday_display()}, {span_of(found)}",
        "facts": _("Booked classes stay as they are: where they differ then, the timetable says it."),
        "verb": _("Save"),
        "sum": _typed_sum(program, form, found, now),
    }

    def said(_made: Slot) -> str:
        return _saved(request, program, now)

    to = page_of_timetable(program)
    return answer(request, form, save, context, said, template="programs/slot.html", to=to)


@requires(Permission.TIMETABLE)
@require_POST
def preview(request: RoleRequest, program: Program) -> HttpResponse:
    """The sentence of the form, as the timetable would be with what is typed; saves nothing."""
    now = clock.now()
    found = _slot_named(program, request.POST.get("slot", ""))
    form = SlotForm(request.POST, program=program, slot=found, now=now)
    context = {"program": program, "sum": _typed_sum(program, form, found, now)}
    return render(request, "programs/slot.html#preview", context)


@requires(Permission.TIMETABLE)
@require_POST
def slot_removal(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Take an hour out of the week; it can be undone."""
    found = get_object_or_404(Slot, program=program, uid=uid)
    return done(
        request,
        program,
        lambda: removing.remove_part(part=found, by=request.user, now=clock.now()),
        _("%(hour)s is removed. Booked classes stay.") % {"hour": _named(found)},
        undo=reverse("programs:bring_back_slot", args=[program.code, uid]),
        to=page_of_timetable(program),
    )


@requires(Permission.TIMETABLE)
@require_POST
def slot_return(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Undo a removal."""
    found = get_object_or_404(Slot, program=program, uid=uid)
    return done(
        request,
        program,
        lambda: removing.bring_back_part(part=found, by=request.user, now=clock.now()),
        _("%(hour)s is back.") % {"hour": _named(found)},
        to=page_of_timetable(program),
    )


def _parts(request: RoleRequest, program: Program, now: datetime) -> list[hooks.PagePart]:
    """What the rooms above have to say of a timetable."""
    return hooks.timetable_parts.ask(program=program, reader=request.user, now=now)


def _saved(request: RoleRequest, program: Program, now: datetime) -> str:
    """That it is saved; and that the page to come says what else there is to know of it."""
    if parts := _parts(request, program, now):
        return _("Saved. %(titles)s: see below.") % {"titles": ". ".join(str(one.title) for one in parts)}
    return _("Saved.")


def page_of_timetable(program: Program) -> str:
    """Where a program's timetable stands."""
    return reverse("programs:timetable", args=[program.code])


def _back(program: Program) -> dict[str, Any]:
    """What a form's page needs to lead back to the timetable."""
    return {"program": program, "back": page_of_timetable(program), "back_title": _("Timetable")}


def today_in(program: Program, now: datetime) -> date:
    """The day that it is where the program is held."""
    return now.astimezone(ZoneInfo(program.zone)).date()


def _named(slot: Slot) -> str:
    return f"{slot.get_weekday_display()} {span_of(slot)}"


def _slot_named(program: Program, uid: str) -> Slot | None:
    """The slot that the form is about, or none for a new one."""
    if not uid:
        return None
    try:
        return get_object_or_404(
            Slot.objects.present().select_related("teacher"), program=program, uid=UUID(uid)
        )
    except ValueError:
        raise Http404 from None


def _typed_sum(program: Program, form: SlotForm, slot: Slot | None, now: datetime) -> Sum:
    """What the timetable would come to with what the form holds, as far as that can be read."""
    slots = slots_of(program)
    if not form.is_bound or not form.is_valid():
        return sum_of(program, slots, today_in(program, now))
    typed: list[Any] = [draft.unsaved(program, now) for draft in form.drafts()]
    others = [one for one in slots if slot is None or one.pk != slot.pk]
    both = sorted([*others, *typed], key=lambda one: (one.weekday, one.local_start))
    return sum_of(program, both, today_in(program, now))
