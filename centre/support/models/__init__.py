"""What is stored of a survivor's support."""

from centre.support.models.appointments import Appointment, AppointmentResult
from centre.support.models.plans import Goal, Plan, Step, Versioned
from centre.support.models.referrals import Referral, ReferralEvent
from centre.support.models.sessions import SessionNote, Supervision

__all__ = [
    "Appointment",
    "AppointmentResult",
    "Goal",
    "Plan",
    "Referral",
    "ReferralEvent",
    "SessionNote",
    "Step",
    "Supervision",
    "Versioned",
]
