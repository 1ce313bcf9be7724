"""What several deeds of attendance are refused for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError


class RolledUp(DomainError):
    """What Zoom told of the class is no longer kept, so that nothing can be worked out from it."""

    code = "rolled_up"

    def __init__(self) -> None:
        super().__init__(
            _("What Zoom told of this class is no longer kept. Its marks can be set by hand alone.")
        )


class RegisterLocked(DomainError):
    """The register is locked: nothing of it is changed until an admin opens it again."""

    code = "register_locked"

    def __init__(self) -> None:
        super().__init__(_("This register is locked. An admin can open it again."))
