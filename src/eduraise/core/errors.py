"""What a person did that can't be done, and how it is told."""

from __future__ import annotations

from django.utils.functional import Promise


class DomainError(Exception):
    """A refusal that a person can act on.

    code: stable, snake_case, documented in docs/reference/errors.md; field: the form field it belongs to,
    or None for the whole form; message: translated, says what is wrong and what would be right.
    """

    code = "refused"

    def __init__(self, message: str | Promise, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.field = field
        self.code = code or self.code


class Changed(DomainError):
    """Somebody was faster: what the person saw is no longer so."""

    code = "changed"
