"""What a class's title and description may hold."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError

TOPIC_LONGEST = 150
# Zoom takes 2,000 characters, of which its first line holds our reference
DESCRIPTION_LONGEST = 1500
MESSAGE_LONGEST = 500
REASON_LONGEST = 200


class TextUnfit(DomainError):
    """A text that is missing, too long, or holds what nobody can read."""

    code = "text_unfit"


def clean_topic(typed: str) -> str:
    """A title on one line, without needless blanks. Raises TextUnfit (field "topic")."""
    tidy = " ".join(typed.split())
    if not tidy:
        raise TextUnfit(_("Give the class a title."), field="topic")
    if len(tidy) > TOPIC_LONGEST:
        raise TextUnfit(
            _("A title can have %(most)d characters at most; this one has %(number)d.")
            % {"most": TOPIC_LONGEST, "number": len(tidy)},
            field="topic",
        )
    if not _is_readable(tidy):
        raise TextUnfit(_("The title holds invisible characters. Type it again."), field="topic")
    return tidy


def clean_description(typed: str) -> str:
    """Several lines of text, or none. Raises TextUnfit (field "description")."""
    return _lines(typed, DESCRIPTION_LONGEST, "description")


def clean_message(typed: str) -> str:
    """What is told to the students beside the change itself. Raises TextUnfit (field "message")."""
    return _lines(typed, MESSAGE_LONGEST, "message")


def clean_reason(typed: str) -> str:
    """Why a class is announced late. Raises TextUnfit (field "reason")."""
    return _lines(typed, REASON_LONGEST, "reason")


def topic_key(topic: str) -> str:
    """The form in which titles are searched: upper and lower case alike, in every script."""
    return topic.casefold()[:300]


def _lines(typed: str, most: int, field: str) -> str:
    tidy = typed.replace("\r\n", "\n").strip()
    if len(tidy) > most:
        raise TextUnfit(
            _("This can have %(most)d characters at most; it has %(number)d.")
            % {"most": most, "number": len(tidy)},
            field=field,
        )
    if not _is_readable(tidy.replace("\n", "").replace("\t", "")):
        raise TextUnfit(_("This holds invisible characters. Type it again."), field=field)
    return tidy


def _is_readable(text: str) -> bool:
    """Printable, or one of the marks that scripts and emoji are joined by."""
    return all(letter.isprintable() or letter in "\u200c\u200d\u200e\u200f" for letter in text)


#: Between the topics of a syllabus that are read as one text: nobody can type it into a title.
BETWEEN_TOPICS = "\x1f"


def lesson_of(syllabus: str | None, held_before: int) -> str:
    """The topic of a class: of those of its syllabus, each as `<position>:<key>:<title>`, the one in the
    place that it has among the classes that are held; "" where there are fewer."""
    topics = _in_order(syllabus) if syllabus else ()
    return topics[held_before] if held_before < len(topics) else ""


@lru_cache(maxsize=256)
def _in_order(syllabus: str) -> tuple[str, ...]:
    """Its topics. All classes of a program on a page have the same."""
    rows = [one.split(":", 2) for one in syllabus.split(BETWEEN_TOPICS)]
    return tuple(title for _place, _key, title in sorted(rows, key=lambda one: (int(one[0]), int(one[1]))))


def titled(topic: str, lesson: str, program: str) -> str:
    """What a class is called: by its own title; where that is its program's alone, with its topic of the
    syllabus, "Algebra II: Quadratic equations"."""
    is_programs = topic_key(topic) == topic_key(program[:TOPIC_LONGEST])
    return f"{topic}: {lesson}" if lesson and is_programs else topic
