"""How far a program has come, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.classes.progress import Progress


def standing_words(progress: Progress) -> str:
    """ "Behind by 1 class", "3 classes to spare", "As planned"; "" without a syllabus or a class."""
    if not progress.topics or not progress.numbers.planned:
        return ""
    if progress.behind:
        return ngettext("Behind by %(n)d class", "Behind by %(n)d classes", progress.behind) % {
            "n": progress.behind
        }
    if progress.short:
        return _("Not all scheduled yet")
    if progress.ahead:
        return ngettext("%(n)d class to spare", "%(n)d classes to spare", progress.ahead) % {
            "n": progress.ahead
        }
    return _("As planned")


def progress_words(progress: Progress) -> str:
    """Where the syllabus stands, whether it comes through, and what mends it; "" without a syllabus."""
    if not progress.topics:
        return ""
    return " ".join([_topic_words(progress), *_mend_words(progress)])


def _topic_words(progress: Progress) -> str:
    words = {"n": progress.next_topic, "of": progress.topics}
    if progress.next_topic:
        return _("Topic %(n)d of %(of)d comes next.") % words
    return _("Each of the %(of)d topics has had its class.") % words


def _mend_words(progress: Progress) -> list[str]:
    if not progress.numbers.planned:
        return []
    said = []
    if progress.behind:
        said.append(f"{standing_words(progress)}.")
    if progress.short:
        said.append(_short_words(progress))
    elif progress.ahead:
        said.append(
            ngettext(
                "%(n)d class is left when the syllabus is through.",
                "%(n)d classes are left when the syllabus is through.",
                progress.ahead,
            )
            % {"n": progress.ahead}
        )
    else:
        said.append(_("The syllabus is through with the last class."))
    if progress.unscheduled:
        said.append(
            ngettext(
                "%(n)d class of the timetable is not scheduled yet.",
                "%(n)d classes of the timetable are not scheduled yet.",
                progress.unscheduled,
            )
            % {"n": progress.unscheduled}
        )
    return said


def _short_words(progress: Progress) -> str:
    words = ngettext(
        "%(n)d topic of the syllabus has no class: schedule %(n)d more.",
        "%(n)d topics of the syllabus have no class: schedule %(n)d more.",
        progress.short,
    )
    if progress.unscheduled:
        words = ngettext(
            "%(n)d topic of the syllabus has no class: schedule %(n)d more than the timetable has.",
            "%(n)d topics of the syllabus have no class: schedule %(n)d more than the timetable has.",
            progress.short,
        )
    return words % {"n": progress.short}
