"""Acts that no single person completes: who proposes, who approves, how many.

One person proposes with the exact content, another approves exactly that content in a
session and with a code of her own (ASVS 2.3.5, multi-user approval). What does not
stand here is never waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from centre.core.permissions import Permission, Role

LASTS: Final = timedelta(hours=24)
"""So long a proposal can be approved and carried out."""


class TwoPersonAct(StrEnum):
    """What is proposed; a word of the record for ever."""

    CUSTODY_AMENDMENT = "custody_amendment"
    CUSTODY_VOID = "custody_void"
    SEAL_OPENING = "seal_opening"
    UNSEALED_ROUTE = "unsealed_route"
    DESTRUCTION = "destruction"
    RETURN_TO_OWNER = "return_to_owner"
    DISCLOSURE = "disclosure"
    BULK_EXPORT = "bulk_export"
    CRYPTO_SHRED = "crypto_shred"
    KEY_ROTATION = "key_rotation"
    KEY_RECOVERY = "key_recovery"
    RESTORE = "restore"
    RECOVERY = "recovery"

    @property
    def words(self) -> str:
        """As pages say it."""
        return _WORDS[self]


@dataclass(frozen=True)
class Terms:
    """Who may propose, who may approve, and how many approvals are needed."""

    propose: Permission
    approve: Permission
    approvals: int = 1
    each_of: frozenset[Role] = frozenset()
    """Roles of which each must be among the approvers."""
    has_own_page: bool = False
    """Whether the answer is given on the page of the thing itself."""


_WORDS: Final[dict[TwoPersonAct, str]] = {
    TwoPersonAct.CUSTODY_AMENDMENT: "Correct a custody event",
    TwoPersonAct.CUSTODY_VOID: "Void a custody event entered in error",
    TwoPersonAct.SEAL_OPENING: "Open a seal outside a laboratory",
    TwoPersonAct.UNSEALED_ROUTE: "Store or release something unsealed",
    TwoPersonAct.DESTRUCTION: "Destroy evidence",
    TwoPersonAct.RETURN_TO_OWNER: "Give evidence back to its owner",
    TwoPersonAct.DISCLOSURE: "Disclose without consent, on another basis",
    TwoPersonAct.BULK_EXPORT: "Export more than one case",
    TwoPersonAct.CRYPTO_SHRED: "Destroy a case's key, and all content with it",
    TwoPersonAct.KEY_ROTATION: "Replace a key",
    TwoPersonAct.KEY_RECOVERY: "Bring the root key back from its shares",
    TwoPersonAct.RESTORE: "Restore a backup over what is known to be newer",
    TwoPersonAct.RECOVERY: "Go on after entries were lost",
}

_CORRECTION: Final = Terms(Permission.CUSTODY_AMEND, Permission.CUSTODY_AMEND_APPROVE)
_DISPOSAL: Final = Terms(
    Permission.DESTRUCTION_PROPOSE,
    Permission.DESTRUCTION_AUTHORISE,
    approvals=2,
    each_of=frozenset({Role.COORDINATOR, Role.LEGAL}),
    has_own_page=True,
)
_KEYS: Final = Terms(Permission.KEYS_PROPOSE, Permission.KEYS_APPROVE)

TERMS: Final[dict[TwoPersonAct, Terms]] = {
    TwoPersonAct.CUSTODY_AMENDMENT: _CORRECTION,
    TwoPersonAct.CUSTODY_VOID: _CORRECTION,
    TwoPersonAct.SEAL_OPENING: Terms(
        Permission.SEAL_OPEN, Permission.SEAL_OPEN_APPROVE
    ),
    TwoPersonAct.UNSEALED_ROUTE: Terms(
        Permission.UNSEALED_PROPOSE, Permission.UNSEALED_APPROVE
    ),
    TwoPersonAct.DESTRUCTION: _DISPOSAL,
    TwoPersonAct.RETURN_TO_OWNER: Terms(
        Permission.DESTRUCTION_PROPOSE, Permission.DESTRUCTION_AUTHORISE
    ),
    TwoPersonAct.DISCLOSURE: Terms(
        Permission.DISCLOSURE_PROPOSE, Permission.DISCLOSURE_APPROVE
    ),
    TwoPersonAct.BULK_EXPORT: Terms(
        Permission.EXPORT_PROPOSE, Permission.EXPORT_APPROVE
    ),
    TwoPersonAct.CRYPTO_SHRED: Terms(
        Permission.SHRED_PROPOSE, Permission.SHRED_APPROVE
    ),
    TwoPersonAct.KEY_ROTATION: _KEYS,
    TwoPersonAct.KEY_RECOVERY: _KEYS,
    TwoPersonAct.RESTORE: _KEYS,
    TwoPersonAct.RECOVERY: _KEYS,
}
