"""Marks set by hand: one, many, everybody; taken back; and of a locked register what came later."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.accounts.names import by_name
from eduraise.attendance.closing import apply_entries, reopen, say_not_held
from eduraise.attendance.correcting import Said, correct_marks, undo_correction
from eduraise.attendance.enums import Status
from eduraise.attendance.folding import fold_register
from eduraise.attendance.forms import MarkForm, ReasonForm
from eduraise.attendance.models import Mark, Register
from eduraise.attendance.reading import ask_to_read
from eduraise.attendance.rows import Row
from eduraise.attendance.sheet import Sheet
from eduraise.attendance.views.around import (
    context_of,
    corrected,
    done,
    is_partial,
    register_of,
    seen,
    sheet_of,
    shown,
    uid_of,
)
from eduraise.attendance.views.companions import companion_form
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.ui.toasts import say

MOST_PICKED = 1000


@corrected
@require_POST
def marks(request: RoleRequest, register: Register, standing: Standing) -> HttpResponse:
    """Set the marks of one student or of all that are ticked."""
    status, only = request.POST.get("status", ""), request.POST.get("student", "")
    people = people_named([only] if only else request.POST.getlist("pick"))
    if not people:
        say(request, _("Tick the students first."))
        return shown(request, register.session, standing)
    version = request.POST.get("seen", "")
    seen_version = int(version) if only and version.isdecimal() else None
    words = Said(status=status, why=request.POST.get("why", "").strip())

    def act() -> UUID | None:
        students = {one.pk: seen_version for one in people}
        return correct_marks(
            register=register, students=students, said=words, by=request.user, now=clock.now()
        )

    return done(
        request,
        register,
        standing,
        act,
        lambda _uid: said_of(status, people),
        undo=lambda uid: reverse("attendance:undo", args=[register.session.code, uid]),
        only=only,
    )


def said_of(status: str, people: list[User]) -> str:
    """What was done, in a sentence."""
    label = str(Status(status).label) if status in Status.values else _("As the rule says")
    if len(people) == 1:
        return _("%(name)s: %(mark)s") % {"name": people[0].name, "mark": label}
    return ngettext("%(number)d student: %(mark)s", "%(number)d students: %(mark)s", len(people)) % {
        "number": len(people),
        "mark": label,
    }


def people_named(uids: list[str]) -> list[User]:
    """Who is meant; what is no uid is nobody."""
    found = [uid for each in uids[:MOST_PICKED] if (uid := uid_of(each)) is not None]
    return list(User.objects.filter(uid__in=found).order_by(*by_name()))


@corrected
@require_POST
def everybody(request: RoleRequest, register: Register, standing: Standing) -> HttpResponse:
    """Mark everybody as present who has no mark yet; exceptions follow."""
    sheet = Sheet(register.session, standing, clock.now())
    people = [row.student for row in sheet.rows if not row.status]

    def act() -> UUID | None:
        return correct_marks(
            register=register,
            students={one.pk: None for one in people},
            said=Said(status=Status.PRESENT),
            by=request.user,
            now=clock.now(),
        )

    return done(
        request,
        register,
        standing,
        act,
        lambda uid: said_of(Status.PRESENT, people) if uid else _("Everybody has a mark already."),
        undo=lambda uid: reverse("attendance:undo", args=[register.session.code, uid]),
    )


@corrected
@require_POST
def undo(request: RoleRequest, register: Register, standing: Standing, uid: UUID) -> HttpResponse:
    """Take back what was set together."""
    return done(
        request,
        register,
        standing,
        lambda: undo_correction(batch_uid=uid, register=register, by=request.user, now=clock.now()),
        _("The marks are as they were."),
    )


@seen
@require_http_methods(["GET", "POST"])
def mark(request: RoleRequest, session: ClassSession, standing: Standing, student: UUID) -> HttpResponse:
    """One student's mark: why it is so, what it was, and for who sets marks a form to say otherwise."""
    sheet = sheet_of(request, session, standing)
    row = sheet.row(str(student))
    if row is None or (request.method == "POST" and not sheet.may_correct):
        raise Http404
    form = MarkForm(request.POST or None, initial=_as_said(row), prefix="m", auto_id=f"{row.uid}-%s")
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        said = Said(status=typed["status"], minutes=typed["minutes"], why=typed["why"].strip())
        try:
            _set(request, sheet, row, said, typed["seen"])
        except DomainError as problem:
            form.add_problem(problem)
        else:
            return shown(request, session, standing, only=row.uid)
    context = context_of(request, sheet, row=row, form=form if sheet.may_correct else None)
    context["device"] = companion_form(sheet, row) if sheet.may_correct else None
    # on a page of its own there is no register for a part of it to go to
    context["alone"] = not is_partial(request)
    template = "attendance/mark.html#form" if is_partial(request) else "attendance/mark.html"
    response = render(request, template, context, status=422 if form.errors else 200)
    if is_partial(request) and form.errors:
        # what came of it takes the row's place, the form with its errors its own
        response["HX-Retarget"], response["HX-Reswap"] = f"#f-{row.uid}", "innerHTML"
    return response


def _set(request: RoleRequest, sheet: Sheet, row: Row, said: Said, seen_version: int | None) -> None:
    register = register_of(sheet.session)
    uid = correct_marks(
        register=register,
        students={row.student.pk: seen_version},
        said=said,
        by=request.user,
        now=sheet.now,
    )
    undo = reverse("attendance:undo", args=[sheet.session.code, uid]) if uid else ""
    say(request, said_of(said.status, [row.student]), undo=undo)


def _as_said(row: Row) -> dict[str, object]:
    kept = row.mark
    if kept is None:
        return {}
    return {
        "status": kept.hand_status,
        "minutes": kept.hand_minutes,
        "why": kept.hand_why,
        "seen": kept.version,
    }


@corrected
@require_POST
def reading(request: RoleRequest, register: Register, standing: Standing) -> HttpResponse:
    """Have Zoom read again."""
    return done(
        request,
        register,
        standing,
        lambda: ask_to_read(register=register, by=request.user, now=clock.now()),
        _("Zoom is being asked. What it says stands here in a moment."),
    )


@corrected
@require_POST
def holding(request: RoleRequest, register: Register, standing: Standing) -> HttpResponse:
    """Say that the class was not held, or that it was."""
    is_held = request.POST.get("held") == "yes"

    def act() -> None:
        say_not_held(register=register, is_held=is_held, by=request.user, now=clock.now())
        fold_register(register.pk, clock.now())

    said = _("The class counts again.") if is_held else _("The class was not held: it counts for nobody.")
    return done(request, register, standing, act, said)


@corrected
@require_POST
def entries(request: RoleRequest, register: Register, standing: Standing) -> HttpResponse:
    """Let count what became known after the lock: of one student, or of all."""
    if not request.user.is_admin:
        raise Http404
    rows = Mark.objects.filter(register=register).exclude(late_status="")
    only = request.POST.get("student", "")
    if only:
        rows = rows.filter(student__in=people_named([only]))
    by_hand = dict(rows.values_list("student", "hand_status"))
    return done(
        request,
        register,
        standing,
        lambda: apply_entries(register=register, students=by_hand, by=request.user, now=clock.now()),
        lambda number: _applied(number, sum(map(bool, by_hand.values()))),
    )


def _applied(number: int, by_hand: int) -> str:
    """How many marks were brought up to date, and of how many that changes what the rule says alone."""
    said = ngettext("%(n)d mark is brought up to date.", "%(n)d marks are brought up to date.", number)
    words = [said % {"n": number}]
    if by_hand:
        stands = ngettext(
            "What was set by hand stands for %(n)d student.",
            "What was set by hand stands for %(n)d students.",
            by_hand,
        )
        words.append(stands % {"n": by_hand})
    return " ".join(words)


@corrected
@require_http_methods(["GET", "POST"])
def reopening(request: RoleRequest, register: Register | None, standing: Standing) -> HttpResponse:
    """Open a locked register again, with a reason."""
    if not request.user.is_admin or register is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reopen(register=register, why=form.cleaned_data["why"], by=request.user, now=clock.now())
        except DomainError as problem:
            form.add_problem(problem)
        else:
            fold_register(register.pk, clock.now())
            say(request, _("The register is open again. It locks after as many days as before."))
            return shown(request, register.session, standing)
    context = {"form": form, "session": register.session, "register": register, "now": clock.now()}
    return render(request, "attendance/reopening.html", context, status=422 if form.errors else 200)
