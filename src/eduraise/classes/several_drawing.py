"""Rows of several classes that are to be changed as one, in HTML: when each is, when it is to be, and what is
to be known of that."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from eduraise.classes.checking import Verdict
from eduraise.classes.words import span_words
from eduraise.ui import parts
from eduraise.ui.chips import tag


def several_row(context: Context, verdict: Verdict, ticked: Collection[str], now: datetime) -> SafeString:
    """One class with its tick; its version as it is shown goes along."""
    session = verdict.session
    about = format_html(
        "{}<span><bdi>{}</bdi></span><span>{}</span>{}{}"
        '<input type="hidden" name="shown" value="{}"><input type="hidden" name="version-{}" value="{}">',
        tag(session.program.code),
        session.teacher.name,
        span_words(session.starts_at, session.ends_at, now),
        _goes_to(verdict, now),
        _known(verdict),
        session.code,
        session.code,
        session.version,
    )
    return parts.row(
        context,
        title=session.topic,
        href=reverse("classes:detail", args=[session.code]),
        on=session.starts_at,
        state="" if verdict.is_possible else "attention",
        pick=session.code,
        picked=session.code in ticked,
        content=about,
    )


def _goes_to(verdict: Verdict, now: datetime) -> SafeString | str:
    if not verdict.moves:
        return ""
    return format_html("<span>→ <b>{}</b></span>", span_words(*verdict.chosen.span, now))


def _known(verdict: Verdict) -> SafeString:
    """What is in the way, and what to know of it."""
    problem = format_html('<span class="why">{}</span>', verdict.problem) if verdict.problem else ""
    warnings = format_html_join("", '<span class="why">{}</span>', ((each,) for each in verdict.warnings))
    return format_html("{}{}", problem, warnings)
