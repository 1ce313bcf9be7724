"""Programs: the list, one program, and what admins do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from eduraise.access import rules as access_rules
from eduraise.access.decorators import admin_only, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.accounts.actions import invite_person
from eduraise.accounts.models import User
from eduraise.accounts.queries import find_by_email, find_person
from eduraise.core import clock, hooks
from eduraise.core.errors import DomainError
from eduraise.programs import actions, queries
from eduraise.programs.assigning import assign_teacher, change_assignment, end_assignment
from eduraise.programs.enrolling import end_enrolment, enrol
from eduraise.programs.forms import (
    AssignForm,
    EnrolForm,
    MaterialForm,
    ProfileForm,
    ProgramForm,
    RulesForm,
)
from eduraise.programs.materials import add_material, remove_material
from eduraise.programs.models import (
    Assignment,
    Enrolment,
    Material,
    Program,
    TeacherProfile,
    TeacherSubject,
)
from eduraise.ui.toasts import say

TABS = ("overview", "teachers", "students", "materials", "rules")


@require_safe
def programs(request: RoleRequest) -> HttpResponse:
    """The programs that this person may see; for an admin with filters in the address."""
    now = clock.now()
    visible = access_rules.visible_programs(request.user, now)
    chosen = {"text": request.GET.get("q", "").strip(), "state": request.GET.get("state", "")}
    found = queries.list_page(visible, **chosen, number=request.GET.get("page"), now=now)
    return render(request, "programs/list.html", {"page": found, "chosen": chosen, "now": now})


@admin_only
def create(request: RoleRequest) -> HttpResponse:
    """A new program."""
    from django.conf import settings

    form = ProgramForm(request.POST or None, initial={"zone": settings.DEFAULT_ZONE})

    def make() -> Program:
        return actions.create_program(by=request.user, now=clock.now(), **form.cleaned_data)

    context = {"form": form, "heading": _("New program"), "verb": _("Create the program")}
    return _answer(request, form, make, context, lambda made: _("“%s” is created.") % made.title)


@admin_only
@sees_program
def edit(request: RoleRequest, program: Program) -> HttpResponse:
    """What a program says of itself."""
    form = ProgramForm(request.POST or None, instance=program)

    def save() -> Program:
        values = form.cleaned_data
        fresh = Program.objects.get(pk=program.pk)
        return actions.change_program(program=fresh, by=request.user, now=clock.now(), **values)

    context = {"form": form, "program": program, "heading": _("Change the program"), "verb": _("Save")}
    return _answer(request, form, save, context, lambda _made: _("Saved."))


@admin_only
@sees_program
def rules(request: RoleRequest, program: Program) -> HttpResponse:
    """How a program's classes are held."""
    form = RulesForm(request.POST or None, instance=program.class_settings)

    def save() -> Program:
        fresh = Program.objects.select_related("class_settings").get(pk=program.pk)
        actions.change_rules(program=fresh, by=request.user, now=clock.now(), **form.values())
        return program

    context = {
        "form": form,
        "program": program,
        "heading": _("Rules for classes"),
        "verb": _("Save the rules"),
    }
    return _answer(request, form, save, context, lambda _made: _("Saved. Booked classes stay as they are."))


@sees_program
@require_safe
def page(request: RoleRequest, program: Program) -> HttpResponse:
    """One program, each tab for those whom it concerns."""
    now = clock.now()
    manages = request.user.is_admin
    teaches = manages or access_rules.taught_programs(request.user, now).filter(pk=program.pk).exists()
    tabs = [tab for tab in TABS if teaches or tab in ("overview", "materials")]
    tab = request.GET.get("tab", "overview")
    if tab not in tabs:
        raise Http404
    context: dict[str, Any] = {
        "program": program,
        "rules": program.class_settings,
        "tab": tab,
        "tabs": [(name, _tab_label(name)) for name in tabs],
        "manages": manages,
        "teaches": teaches,
        "now": now,
        "parts": hooks.program_parts.ask(program=program, person=request.user, now=now)
        if tab == "overview"
        else [],
    }
    if tab in ("overview", "teachers"):
        context["teachers"] = queries.teachers(program, now)
    if tab == "students":
        context["students"] = queries.students_page(program, number=request.GET.get("page"), now=now)
    if tab == "materials":
        context["materials"] = queries.materials(program, for_teachers=teaches)
    return render(request, "programs/page.html", context)


def _tab_label(name: str) -> str:
    return {
        "overview": _("Overview"),
        "teachers": _("Teachers"),
        "students": _("Students"),
        "materials": _("Materials"),
        "rules": _("Rules"),
    }[name]


@admin_only
@sees_program
@require_POST
def opening(request: RoleRequest, program: Program) -> HttpResponse:
    """Show a draft to its students."""
    return _done(
        request,
        program,
        lambda: actions.open_program(program=program, by=request.user, now=clock.now()),
        _("“%s” is open: its students see it.") % program.title,
    )


@admin_only
@sees_program
def archive(request: RoleRequest, program: Program) -> HttpResponse:
    """End a program, after seeing what that touches."""
    now = clock.now()
    if request.method == "POST":
        return _done(
            request,
            program,
            lambda: actions.archive_program(program=program, by=request.user, now=now),
            _("“%s” is archived.") % program.title,
        )
    context = {
        "program": program,
        "heading": _("Archive “%s”?") % program.title,
        "text": _("Nobody can join any more. Past classes and attendance stay readable. You can restore it."),
        "verb": _("Archive the program"),
        "consequences": hooks.consequences_of.ask(kind="program", thing=program, now=now),
    }
    return render(request, "programs/confirm.html", context)


@admin_only
@sees_program
@require_POST
def restoration(request: RoleRequest, program: Program) -> HttpResponse:
    """Take a program back from the archive."""
    return _done(
        request,
        program,
        lambda: actions.restore_program(program=program, by=request.user, now=clock.now()),
        _("“%s” is back. Its cancelled classes stay cancelled.") % program.title,
    )


@admin_only
@sees_program
def assign(request: RoleRequest, program: Program) -> HttpResponse:
    """Choose a teacher, seeing subjects, hours, clashes and Zoom, and say what she may do."""
    now = clock.now()
    form = AssignForm(request.POST or None)

    def make() -> Program:
        person = find_person(form.cleaned_data["person"])
        if person is None:
            raise DomainError(_("Choose a teacher."), field="person")
        assign_teacher(program=program, person=person, by=request.user, now=now, **form.values())
        return program

    context = {
        "form": form,
        "program": program,
        "candidates": queries.candidates(program, now),
        "chosen": str(form["person"].value() or ""),
    }
    said = _("Assigned. The teacher is told.")
    return _answer(request, form, make, context, lambda _made: said, template="programs/assign.html")


@admin_only
@sees_program
def assignment(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Change what a teacher may do here."""
    now = clock.now()
    row = _active_or_404(Assignment, program, uid)
    held = queries.held_by(row)
    initial = {
        "person": row.person.uid,
        "preset": row.preset,
        "own": row.deviations.exists(),
        "permissions": sorted(held),
        "expectations": row.expectations,
    }
    form = AssignForm(request.POST or None, initial=initial)

    def save() -> Program:
        change_assignment(assignment=row, by=request.user, now=now, **form.values())
        return program

    context = {"form": form, "program": program, "heading": row.person.name, "verb": _("Save")}
    return _answer(request, form, save, context, lambda _made: _("Saved. It holds from the next click on."))


@admin_only
@sees_program
def end_teacher(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """End a teacher's part, after seeing what that touches."""
    row = _active_or_404(Assignment, program, uid)
    return _ending(
        request,
        program,
        row,
        "assignment",
        lambda now: end_assignment(assignment=row, by=request.user, now=now),
    )


@admin_only
@sees_program
def end_student(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """End a student's spell, after seeing what that touches."""
    row = _active_or_404(Enrolment, program, uid)
    return _ending(
        request, program, row, "enrolment", lambda now: end_enrolment(enrolment=row, by=request.user, now=now)
    )


def _ending(
    request: RoleRequest, program: Program, row: Assignment | Enrolment, kind: str, act: Callable[[Any], None]
) -> HttpResponse:
    now = clock.now()
    names = {"name": row.person.name, "program": program.title}
    if request.method == "POST":
        return _done(request, program, lambda: act(now), _("%(name)s is no longer in %(program)s.") % names)
    context = {
        "program": program,
        "heading": _("End %(name)s’s part in %(program)s?") % names,
        "text": _("It takes effect with the next click. What was done stays where it is."),
        "verb": _("End it now"),
        "consequences": hooks.consequences_of.ask(kind=kind, thing=row, now=now),
    }
    return render(request, "programs/confirm.html", context)


@admin_only
@sees_program
def enrol_students(request: RoleRequest, program: Program) -> HttpResponse:
    """Enrol one or several people; who is new here is invited."""
    form = EnrolForm(request.POST or None)
    counted: dict[str, int] = {}

    def make() -> Program:
        now = clock.now()
        with transaction.atomic():
            people = [
                _found_or_invited(name, email, request.user, now)
                for name, email in form.cleaned_data["people"]
            ]
            counted["new"] = len(enrol(program=program, people=people, by=request.user, now=now))
            counted["known"] = len(people) - counted["new"]
        return program

    def said(_made: Program) -> str:
        new, known = counted["new"], counted["known"]
        text = ngettext("%(n)d student is enrolled.", "%(n)d students are enrolled.", new) % {"n": new}
        if not known:
            return text
        were = ngettext("%(n)d was already.", "%(n)d were already.", known) % {"n": known}
        return f"{text} {were}"

    context = {"form": form, "program": program, "heading": _("Enrol students"), "verb": _("Enrol them")}
    return _answer(request, form, make, context, said, tab="students")


def _found_or_invited(name: str, email: str, by: User, now: Any) -> User:
    return find_by_email(email) or invite_person(email=email, name=name, by=by, now=now)


@admin_only
@sees_program
def add(request: RoleRequest, program: Program) -> HttpResponse:
    """Add a text, a link or a file."""
    form = MaterialForm(request.POST or None, request.FILES or None)

    def make() -> Program:
        add_material(program=program, by=request.user, now=clock.now(), **form.cleaned_data)
        return program

    context = {
        "form": form,
        "program": program,
        "heading": _("Add a material"),
        "verb": _("Add it"),
        "has_file": True,
    }
    return _answer(request, form, make, context, lambda _made: _("Added."), tab="materials")


@sees_program
@require_safe
def material_file(request: RoleRequest, program: Program, uid: UUID) -> HttpResponseBase:
    """A material's file, as an attachment that no browser runs."""
    now = clock.now()
    teaches = (
        request.user.is_admin
        or access_rules.taught_programs(request.user, now).filter(pk=program.pk).exists()
    )
    found = Material.objects.filter(program=program, uid=uid).exclude(file="").first()
    if (
        found is None
        or (found.visible_to == "teachers" and not teaches)
        or not default_storage.exists(str(found.file.name))
    ):
        raise Http404
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"},
    )


@admin_only
@sees_program
@require_POST
def removal(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Take a material away."""
    found = Material.objects.filter(program=program, uid=uid).first()
    if found is None:
        raise Http404
    remove_material(material=found, by=request.user, now=clock.now())
    say(request, _("“%s” is removed.") % found.title)
    return redirect(_page(program, "materials"))


def profile(request: RoleRequest, uid: UUID) -> HttpResponse:
    """What a teacher teaches and how much: by herself or an admin."""
    person = find_person(uid)
    if person is None or not (request.user.is_admin or request.user == person):
        raise Http404
    row = TeacherProfile.objects.filter(person=person).first()
    if row is None and not request.user.is_admin:
        raise Http404
    initial = {
        "subjects": ", ".join(row.subjects.order_by("subject").values_list("subject", flat=True))
        if row
        else "",
        "weekly_hours": row.weekly_minutes // 60 if row and row.weekly_minutes else None,
    }
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _save_profile(person, form.cleaned_data)
        say(request, _("Saved."))
        return redirect(request.path)
    context = {"form": form, "heading": person.name, "verb": _("Save")}
    return render(request, "programs/form.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _save_profile(person: User, data: dict[str, Any]) -> None:
    row, _made = TeacherProfile.objects.get_or_create(person=person)
    row.weekly_minutes = data["weekly_hours"] * 60 if data["weekly_hours"] else None
    row.save(update_fields=["weekly_minutes"])
    wanted = {part.strip()[:80] for part in data["subjects"].split(",") if part.strip()}
    row.subjects.exclude(subject__in=wanted).delete()
    TeacherSubject.objects.bulk_create(
        [TeacherSubject(teacher=row, subject=one) for one in sorted(wanted)], ignore_conflicts=True
    )


def _active_or_404[Row: (Assignment, Enrolment)](model: type[Row], program: Program, uid: UUID) -> Row:
    row = (
        model.objects.active(clock.now())
        .filter(program=program, uid=uid)
        .select_related("person", "program")
        .first()
    )
    if row is None:
        raise Http404
    return row


def _page(program: Program, tab: str = "") -> str:
    from django.urls import reverse

    address = reverse("programs:page", args=[program.code])
    return f"{address}?tab={tab}" if tab else address


def _answer(
    request: RoleRequest,
    form: Any,
    act: Callable[[], Program],
    context: dict[str, Any],
    said: Callable[[Program], str],
    *,
    template: str = "programs/form.html",
    tab: str = "",
) -> HttpResponse:
    """A form's page: shown, refused with what was typed, or done and led on."""
    if request.method == "POST" and form.is_valid():
        try:
            program = act()
        except DomainError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            say(request, said(program))
            return redirect(_page(program, tab))
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _done(request: RoleRequest, program: Program, act: Callable[[], None], said: str) -> HttpResponse:
    try:
        act()
    except DomainError as problem:
        said = problem.message
    say(request, said)
    return redirect(_page(program))
