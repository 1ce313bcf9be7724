"""What is asked again and again while one page is made, answered once.

A page is put together by rooms that don't know of each other, and several ask the same of the same person:
what may she do in this program? A request that only reads changes no answer, so the first one serves for all.
Outside of one, in actions and behind, each question is asked afresh.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def while_reading() -> Iterator[None]:
    """Remember answers within the block, which must not write."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def answer_once[Answer](question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question, asked at most once while a page is read.

    question: names the question with all that its answer depends on but the hour, which goes on by no more
    than the request lasts.
    """
    answers = _answers.get()
    if answers is None:
        return ask()
    if question not in answers:
        answers[question] = ask()
    found: Answer = answers[question]
    return found
