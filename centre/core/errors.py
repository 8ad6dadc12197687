"""What can stop an act. Every sentence is fit for the person at the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from centre.core.models import Case, Centre, User
    from centre.core.permissions import Permission


class RuleError(Exception):
    """A rule of the centre does not allow this; the message says what to do."""


class ConsentError(RuleError):
    """The survivor's consent does not cover this act at this moment."""


class LockedKeyError(RuleError):
    """The person's signing key is locked; nothing can be signed."""

    def __init__(self) -> None:
        super().__init__(
            "Your signing key is locked. Sign in again, then repeat this step."
        )


class AccessError(Exception):
    """The person does not hold the permission; nothing was done."""

    def __init__(
        self, actor: User, permission: Permission, on: Case | Centre | None
    ) -> None:
        super().__init__("You do not hold the permission for this.")
        self.actor = actor
        self.permission = permission
        self.on = on


class StepUpError(Exception):
    """This act needs a second factor given within the last five minutes."""
