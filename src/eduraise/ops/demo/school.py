"""The demo's school: made through the product's own actions, with its clock and the pretend Zoom's moved.

Nothing is written to tables by hand: people are invited and join, teachers agree on the consent page, classes
are scheduled and pushed, people enter the pretend Zoom's rooms, and its events are what makes them held.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from eduraise.accounts import actions as people
from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import schedule_class
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.core.models import Setting
from eduraise.events.reconcile import reconcile_due
from eduraise.events.tasks import apply_waiting
from eduraise.notifications.sending import send_due
from eduraise.ops.demo import live, marks, presence
from eduraise.ops.demo.cast import (
    FAMILY,
    GIVEN,
    HOLIDAYS,
    PROGRAMS,
    SYLLABUS,
    TEACHERS,
)
from eduraise.ops.demo.coordination import coordinate, is_to_be_lost, leave_note
from eduraise.ops.demo.parent import PASSWORD
from eduraise.ops.demo.recorded import attach_link, follow_recordings, recording_of, set_rules
from eduraise.ops.demo.steering import consent, control, move_to
from eduraise.programs.actions import change_rules, create_program, open_program
from eduraise.programs.assigning import assign_teacher
from eduraise.programs.enrolling import enrol
from eduraise.programs.enums import HolidaySource
from eduraise.programs.holiday_rules import Off
from eduraise.programs.holidays import add_holidays
from eduraise.programs.models import Program, TeacherProfile, TeacherSubject
from eduraise.programs.slots import SlotDraft, add_slots
from eduraise.programs.syllabus import add_topics
from eduraise.zoom import connecting, linking, pool, wholeaccount
from eduraise.zoom.push import push_due

ZONE = "Europe/Madrid"
PAST, AHEAD = timedelta(days=14), timedelta(days=10)
STUDENTS = 200
# A lead whose classes run on the shared hosts, and which Zoom users those are
WITHOUT_ZOOM = 11
SHARED = (16, 17)
MARK = "demo_until"


def top_up() -> None:
    """Make what is missing from the last time (or two weeks ago) until ten days from now."""
    present = datetime.now(clock.now().tzinfo)
    begun = Setting.objects.filter(name=MARK).first()
    since = datetime.fromisoformat(begun.value) if begun else present - PAST
    if begun is None:
        move_to(since)
        make_school()
    for day in days(max(since, present - PAST), present):
        run_day(day, present)
    if begun is None:
        for program in Program.objects.all():
            presence.say_who(program, lead_of(program))
        own = Program.objects.get(code=PROGRAMS[0][0])
        marks.speak_of_the_past(own, lead_of(own))
    make_live(present)
    move_to(present)
    book(present.date(), present, ahead=AHEAD)
    if begun is None:
        marks.wait_for_an_answer(Program.objects.get(code=PROGRAMS[0][0]))
        strict = Program.objects.get(code=PROGRAMS[1][0])
        marks.be_strict(strict, lead_of(strict))
    settle()
    row = begun or Setting(name=MARK)
    row.value, row.set_at = present.isoformat(), present
    row.save()


def days(first: datetime, last: datetime) -> Iterator[date]:
    """Each day from the first to the one before the last."""
    day = first.astimezone(ZoneInfo(ZONE)).date()
    while day < last.astimezone(ZoneInfo(ZONE)).date():
        yield day
        day += timedelta(days=1)


def make_school() -> None:
    """People, programs, assignments, enrolments, connections."""
    now = clock.now()
    control("accounts", id="sim-account", plan="business")  # which writes transcripts
    admin, _link = people.new_admin(email="admin@demo.example", name="Marta Soler", now=now)
    join(admin)
    teachers = [
        make_teacher(number, name, subjects, admin) for number, (name, subjects) in enumerate(TEACHERS)
    ]
    students = [make_student(number, admin) for number in range(STUDENTS)]
    for number, (code, title, subject, _slots) in enumerate(PROGRAMS):
        program = create_program(
            by=admin,
            now=now,
            code=code,
            title=title,
            subject=subject,
            zone=ZONE,
            starts_on=now.date(),
            ends_on=now.date() + timedelta(days=180),
            guidelines="Have pen and paper ready. Ask when something is unclear.",
            software="A browser and Zoom.",
            support_contact="help@demo.example",
        )
        held = recording_of(code)
        change_rules(program=program, seen_version=1, by=admin, now=now, notice_minutes=0, **held)
        open_program(program=program, by=admin, now=now)
        assign_teacher(
            program=program, person=teachers[number % len(teachers)], preset="lead", by=admin, now=now
        )
        helper = teachers[(number + 5) % len(teachers)]
        assign_teacher(program=program, person=helper, preset="assistant", by=admin, now=now)
        if held:
            set_rules(program)
        group = students[number * 16 : number * 16 + 20] or students[:20]
        enrol(program=program, people=[students[0], *group[1:]] if number < 4 else group, by=admin, now=now)
    plan_programs(admin)
    coordinate(teachers[0])
    share_hosts(admin)
    for teacher in teachers[:-1]:
        if teacher != teachers[WITHOUT_ZOOM]:
            connect(teacher)


def plan_programs(admin: User) -> None:
    """The organisation's holidays, and a timetable with a syllabus for some programs."""
    now = clock.now()
    first = now.date()
    holidays = [
        Off(first + timedelta(days=begins), first + timedelta(days=ends), name)
        for begins, ends, name in HOLIDAYS
    ]
    typed = HolidaySource.TYPED
    add_holidays(program=None, holidays=holidays, source=typed, by=admin, now=now)
    hours = {code: slots for code, _title, _subject, slots in PROGRAMS}
    for code, topics in SYLLABUS.items():
        program = Program.objects.get(code=code)
        lead = lead_of(program)
        drafts = [SlotDraft(day + 1, time(hour), minutes, teacher=lead) for day, hour, minutes in hours[code]]
        add_slots(program=program, drafts=drafts, by=lead, now=now)
        add_topics(program=program, titles=topics, by=lead, now=now)
    excursion = first + timedelta(days=61)
    day = Off(excursion, excursion + timedelta(days=1), "Excursion to the observatory")
    add_holidays(program=Program.objects.get(code="PHY-B"), holidays=[day], source=typed, by=admin, now=now)


def share_hosts(admin: User) -> None:
    """The organisation's account, with licensed Zoom users for teachers who have none."""
    wholeaccount.account_due(clock.now())
    account = wholeaccount.whole()
    for number in SHARED:
        if account is not None:
            pool.add(account=account, email=f"teacher{number}@demo.example", by=admin, now=clock.now())


def make_teacher(number: int, name: str, subjects: tuple[str, ...], admin: User) -> User:
    """A teacher who joined; the first is the demo's own."""
    email = "teacher@demo.example" if number == 0 else f"teacher{number:02d}@demo.example"
    person = people.invite_person(email=email, name=name, by=admin, now=clock.now(), role="teacher")
    join(person)
    profile = TeacherProfile.objects.get(person=person)
    TeacherSubject.objects.bulk_create(TeacherSubject(teacher=profile, subject=one) for one in subjects)
    return person


def make_student(number: int, admin: User) -> User:
    """A student; the first is the demo's own. Only some have joined: a hash takes its time."""
    email = "student@demo.example" if number == 0 else f"student{number:03d}@demo.example"
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // len(GIVEN) % len(FAMILY)]}"
    person = people.invite_person(email=email, name=name, by=admin, now=clock.now())
    if number == 0:
        join(person)
    return person


def join(person: User) -> None:
    """Take up the invitation with the demo's password."""
    _row, token = people.issue_invitation(person=person, role="", by=None, now=clock.now(), mails=False)
    people.accept_invitation(token=token, name=person.name, password=PASSWORD, zone=ZONE, now=clock.now())


def connect(teacher: User) -> None:
    """Agree on the pretend Zoom's consent page, as a browser would, and confirm."""
    first, _blank, last = teacher.name.partition(" ")
    named = {"first_name": first, "last_name": last}
    user = control("users", email=teacher.email, licence="licensed", **named)
    address = connecting.begin(person=teacher, session_key="demo", return_path="/", now=clock.now())
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    back = parse_qs(urlsplit(consent(asked | {"user": user["id"], "decision": "allow"})).query)
    params = {name: values[0] for name, values in back.items()}
    returned = connecting.come_back(person=teacher, session_key="demo", params=params, now=clock.now())
    if returned.connecting:
        linking.confirm(connecting=returned.connecting, person=teacher, now=clock.now())


def book(day: date, present: datetime, *, ahead: timedelta) -> None:
    """Schedule every program's classes from a day on, those that are not there yet."""
    for code, title, _subject, slots in PROGRAMS:
        program = Program.objects.get(code=code)
        lead = program.assignments.filter(preset="lead").select_related("person").get().person
        for offset in range(ahead.days + 1):
            on = day + timedelta(days=offset)
            for weekday, hour, minutes in slots:
                if on.weekday() == weekday:
                    at = datetime(on.year, on.month, on.day, hour, tzinfo=ZoneInfo(ZONE))
                    # with a syllabus each class has its topic beside its program's title
                    topic = title if code in SYLLABUS else f"{title}: {on:%A} class"
                    plan(program, lead, topic, at, minutes)
    push_all()


def plan(program: Program, teacher: User, topic: str, at: datetime, minutes: int) -> ClassSession | None:
    """Schedule one class, unless it is there or its hour is taken."""
    now = clock.now()
    if at <= now or ClassSession.objects.filter(program=program, starts_at=at).exists():
        return None
    draft = ClassDraft(
        program=program,
        teacher=teacher,
        topic=topic,
        starts_at=at,
        duration=timedelta(minutes=minutes),
        zone=ZONE,
        reason="The demo’s school opens today.",
    )
    try:
        return schedule_class(by=teacher, draft=draft, now=now)
    except DomainError:
        return None


def run_day(day: date, present: datetime) -> None:
    """Live through one past day: book it in the morning, hold its classes, let their ends be seen."""
    morning = datetime(day.year, day.month, day.day, 6, tzinfo=ZoneInfo(ZONE))
    if morning >= present:
        return
    move_to(morning)
    book(day, present, ahead=timedelta(days=1))
    sessions = ClassSession.objects.filter(
        starts_at__gte=morning, starts_at__lt=morning + timedelta(hours=18), cancelled_at__isnull=True
    ).order_by("starts_at")
    for number, session in enumerate(sessions.select_related("occurrence__meeting", "program", "teacher")):
        if session.ends_at + timedelta(minutes=20) > present:
            continue
        if (number == 4 and day.weekday() == 2) or is_to_be_lost(session):
            cancel_class(
                session=session,
                seen_version=session.version,
                message="I am ill today, see you next week.",
                by=session.teacher,
                now=clock.now(),
            )
            continue
        hold(session)
        leave_note(session)
        attach_link(session)
    settle()


def hold(session: ClassSession) -> None:
    """The teacher starts, students come, the teacher ends it."""
    number = session.occurrence.meeting.meeting_number if session.occurrence else None
    if number is None:
        return
    presence.hold(session, int(number), until=session.ends_at)


def make_live(present: datetime) -> None:
    """Something is always live: what is planned for now, or else a class that began a few minutes ago."""
    move_to(present - timedelta(minutes=15))  # never back: limits are counted by this clock
    own = Program.objects.get(code=PROGRAMS[0][0])
    soon = (present + timedelta(minutes=9)).replace(second=0, microsecond=0)
    plan(own, lead_of(own), own.title, soon, 90)  # so that it has the topic whose turn it is
    if not going_on(present).exists():
        plan_for_now((present - timedelta(minutes=12)).replace(second=0, microsecond=0))
    kitchen = Program.objects.get(code="CHE-1")
    plan(
        kitchen,
        lead_of(kitchen),
        live.ALONE,
        (present - timedelta(minutes=8)).replace(second=0, microsecond=0),
        45,
    )
    push_all()
    for session in going_on(present).order_by("starts_at").select_related("occurrence__meeting", "program"):
        if not live.is_left_alone(session):
            open_room(session, present)
    move_to(present)
    settle()
    live.raise_alarms()
    live.prepare(
        own.classes.filter(starts_at__gt=present, cancelled_at__isnull=True).order_by("starts_at").first()
    )
    live.follow_up(present)


def going_on(present: datetime) -> QuerySet[ClassSession]:
    """Classes in whose hours this instant lies."""
    return ClassSession.objects.filter(starts_at__lte=present, ends_at__gt=present, cancelled_at__isnull=True)


def plan_for_now(at: datetime) -> None:
    """A class at this hour, held by the first of the programs' leads who is free then."""
    for code, *_rest in PROGRAMS[1:]:
        program = Program.objects.get(code=code)
        if plan(program, lead_of(program), f"{program.title}: questions and answers", at, 60):
            return


def lead_of(program: Program) -> User:
    """The program's lead teacher."""
    return program.assignments.filter(preset="lead").select_related("person")[0].person


def open_room(session: ClassSession, present: datetime) -> None:
    """The teacher starts a class that is on, and some of its students come by its link."""
    sitting = session.occurrence
    if sitting is None or sitting.meeting.meeting_number is None:
        return
    if sitting.instances.filter(ended_at__isnull=True).exists():
        return
    number = int(sitting.meeting.meeting_number)
    presence.hold(session, number, until=present)


def settle() -> None:
    """Let everything that waits happen."""
    push_all()
    now = clock.now()
    apply_waiting(now)
    reconcile_due(now)
    announce_due(now)
    presence.note()
    follow_recordings(now)
    while send_due(now, limit=200):
        continue


def push_all() -> None:
    """Carry out what is wanted at Zoom."""
    for _turn in range(40):
        outcomes = push_due(clock.now())
        if not (+outcomes).total() or set(+outcomes) <= {"not now", "silent", "taken", "put off"}:
            return
