"""Programs: the list, one program, and what admins do with it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access import rules as access_rules
from eduraise.access.decorators import admin_only, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.core import clock, hooks
from eduraise.programs import actions, queries
from eduraise.programs.forms.programs import ProgramForm
from eduraise.programs.forms.rules import RulesForm
from eduraise.programs.models import Program
from eduraise.programs.views.answering import answer, done, way_back
from eduraise.programs.views.tabbing import ON_PAGE, frame


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
    form = ProgramForm(request.POST or None, initial={"zone": settings.DEFAULT_ZONE})

    def make() -> Program:
        return actions.create_program(by=request.user, now=clock.now(), **form.cleaned_data)

    context = {"form": form, "heading": _("New program"), "verb": _("Create the program")}
    return answer(request, form, make, context, lambda made: _("“%s” is created.") % made.title)


@admin_only
@sees_program
def edit(request: RoleRequest, program: Program) -> HttpResponse:
    """What a program says of itself."""
    form = ProgramForm(request.POST or None, instance=program)

    def save() -> Program:
        values = dict(form.cleaned_data)
        seen = values.pop("version")
        return actions.change_program(
            program=program, seen_version=seen, by=request.user, now=clock.now(), **values
        )

    context = {"form": form, "program": program, "heading": _("Change the program"), "verb": _("Save")}
    return answer(request, form, save, context, lambda _made: _("Saved."))


@admin_only
@sees_program
def rules(request: RoleRequest, program: Program) -> HttpResponse:
    """How a program's classes are held."""
    form = RulesForm(request.POST or None, instance=program.class_settings)

    def save() -> Program:
        actions.change_rules(program=program, by=request.user, now=clock.now(), **form.values())
        return program

    context = {
        "form": form,
        "program": program,
        "heading": _("Rules for classes"),
        "verb": _("Save the rules"),
    }
    said = _("Saved. Booked classes stay as they are.")
    return answer(request, form, save, context, lambda _made: said, tab="rules")


@sees_program
@require_safe
def page(request: RoleRequest, program: Program) -> HttpResponse:
    """One program, each tab for those whom it concerns."""
    tab = request.GET.get("tab", "overview")
    context = frame(request, program, tab)
    now, teaches = context["now"], context["teaches"]
    if tab not in ON_PAGE or tab not in [one.name for one in context["tabs"]]:
        raise Http404
    context |= {
        "rules": program.class_settings,
        "changes": context["manages"] and program.archived_at is None,
        "parts": hooks.program_parts.ask(program=program, person=request.user, now=now)
        if tab == "overview"
        else [],
    }
    if tab == "overview":
        context["assigned"] = queries.assigned(program, now)
    if tab == "teachers":
        context["teachers"] = queries.teachers(program, now)
    if tab == "students":
        context["students"] = queries.students_page(program, number=request.GET.get("page"), now=now)
    if tab == "materials":
        context["materials"] = queries.materials(program, for_teachers=teaches)
    return render(request, "programs/page.html", context)


@admin_only
@sees_program
@require_POST
def opening(request: RoleRequest, program: Program) -> HttpResponse:
    """Show a draft to its students."""
    return done(
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
        return done(
            request,
            program,
            lambda: actions.archive_program(program=program, by=request.user, now=now),
            _("“%s” is archived.") % program.title,
        )
    context = {
        **way_back(program),
        "heading": _("Archive “%s”?") % program.title,
        "text": _("Nobody can join any more. Past classes and attendance stay readable. You can restore it."),
        "verb": _("Archive the program"),
        "consequences": hooks.consequences_of.ask(kind="program", thing=program, now=now),
    }
    return render(request, "ui/confirm.html", context)


@admin_only
@sees_program
@require_POST
def restoration(request: RoleRequest, program: Program) -> HttpResponse:
    """Take a program back from the archive."""
    return done(
        request,
        program,
        lambda: actions.restore_program(program=program, by=request.user, now=clock.now()),
        _("“%s” is back. Its cancelled classes stay cancelled.") % program.title,
    )
