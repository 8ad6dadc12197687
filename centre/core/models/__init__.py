"""What the ground floor stores."""

from centre.core.models.base import (
    Identified,
    WriteOnce,
    WriteOnceError,
    payload_of,
)
from centre.core.models.case import (
    AgeBand,
    Assignment,
    Case,
    Exclusion,
    Registration,
)
from centre.core.models.consent import (
    ConsentConversation,
    ConsentDecision,
    DecisionState,
)
from centre.core.models.journal import AccessNote, Opening
from centre.core.models.people import (
    Centre,
    FormToken,
    Membership,
    RecoveryCode,
    SigningKey,
    SystemKey,
    TotpDevice,
    User,
    acting_role,
)

__all__ = [
    "AccessNote",
    "AgeBand",
    "Assignment",
    "Case",
    "Centre",
    "ConsentConversation",
    "ConsentDecision",
    "DecisionState",
    "Exclusion",
    "FormToken",
    "Identified",
    "Membership",
    "Opening",
    "RecoveryCode",
    "Registration",
    "SigningKey",
    "SystemKey",
    "TotpDevice",
    "User",
    "WriteOnce",
    "WriteOnceError",
    "acting_role",
    "payload_of",
]
