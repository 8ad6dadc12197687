"""What the ground floor stores."""

from centre.core.models.anchors import Anchor, TimeStamp
from centre.core.models.approvals import Approval, Execution, Proposal
from centre.core.models.base import (
    Identified,
    Recorded,
    WriteOnce,
    WriteOnceError,
    payload_of,
)
from centre.core.models.case import (
    CHOSEN_REGISTRATIONS,
    AgeBand,
    Assignment,
    Case,
    CaseClosing,
    CaseEnding,
    Exclusion,
    Registration,
)
from centre.core.models.consent import (
    ConsentConversation,
    ConsentDecision,
    DecisionState,
)
from centre.core.models.drafts import Draft, Recipient
from centre.core.models.journal import AccessNote, Opening, VerificationRun
from centre.core.models.passkeys import Confirmation, Passkey, Waiting
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
from centre.core.models.restorations import Replay, Restoration
from centre.core.models.reviews import AccessReview

__all__ = [
    "CHOSEN_REGISTRATIONS",
    "AccessNote",
    "AccessReview",
    "AgeBand",
    "Anchor",
    "Approval",
    "Assignment",
    "Case",
    "CaseClosing",
    "CaseEnding",
    "Centre",
    "Confirmation",
    "ConsentConversation",
    "ConsentDecision",
    "DecisionState",
    "Draft",
    "Exclusion",
    "Execution",
    "FormToken",
    "Identified",
    "Membership",
    "Opening",
    "Passkey",
    "Proposal",
    "Recipient",
    "Recorded",
    "RecoveryCode",
    "Registration",
    "Replay",
    "Restoration",
    "SigningKey",
    "SystemKey",
    "TimeStamp",
    "TotpDevice",
    "User",
    "VerificationRun",
    "Waiting",
    "WriteOnce",
    "WriteOnceError",
    "acting_role",
    "payload_of",
]
