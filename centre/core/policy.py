"""Who may do what, where: one table. What does not stand here does not happen.

After the matrix of the threat model (docs/threat-model.md): care of a case belongs to
its care team, the store to the custodian, oversight to coordinator and auditor. The
system administrator holds nothing on any case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q

from centre.core.models import Assignment, Membership
from centre.core.permissions import Permission as P
from centre.core.permissions import Role as R

if TYPE_CHECKING:
    from centre.core.models import User

Scope = Callable[["User", R], Q]


@dataclass(frozen=True)
class Grant:
    """In this role a person holds this permission, as far as the scope reaches."""

    role: R
    permission: P
    scope: Scope


def own_centre(actor: User, role: R) -> Q:
    """Cases of a centre where the actor holds this very role."""
    posts = Membership.objects.filter(
        user=actor, role=role, ended_at__isnull=True, centre=OuterRef("centre")
    )
    return Q(Exists(posts))


def care_team(actor: User, role: R) -> Q:
    """Of those, the cases on whose care team the actor is today."""
    on_team = Assignment.objects.filter(
        user=actor, case=OuterRef("pk"), ended_at__isnull=True
    )
    return own_centre(actor, role) & Q(Exists(on_team))


def no_case(actor: User, role: R) -> Q:
    """At the centre itself, on no case."""
    return Q(pk__in=[])


def _grants(role: R, scope: Scope, *permissions: P) -> tuple[Grant, ...]:
    return tuple(Grant(role, permission, scope) for permission in permissions)


_CARE: Final = (
    P.CASE_VIEW,
    P.IDENTITY_KEEP,
    P.IDENTITY_OPEN,
    P.TRIAGE_DO,
    P.TRIAGE_OPEN,
    P.INTAKE_DO,
    P.INTAKE_OPEN,
    P.CONTACT_OPEN,
    P.CONSENT_DISCUSS,
    P.CONSENT_WITHDRAW,
    P.CONSENT_VIEW,
    P.CONSENT_SUMMARY,
    P.EXAMINATION_BEGIN,
    P.EXAMINATION_EDIT,
    P.EXAMINATION_OPEN,
    P.EXAMINATION_COMPLETE,
    P.ADDENDUM_ADD,
    P.PHOTO_ADD,
    P.PHOTO_OPEN,
    P.REPORT_PRINT,
    P.KIT_ISSUE,
    P.KIT_SEAL,
    P.KIT_VIEW,
    P.ITEM_COLLECT,
    P.ITEM_LABEL,
    P.ITEM_SEAL,
    P.ITEM_VIEW,
    P.SEAL_CHECK,
    P.DISCREPANCY_RAISE,
    P.CUSTODY_NOTE,
    P.REFERRAL_VIEW,
)

_AT_THE_CENTRE: Final = (P.OWN_ACCESS_VIEW, P.AGENCY_VIEW, P.PACK_VIEW)

POLICY: Final[tuple[Grant, ...]] = (
    *_grants(R.NURSE, own_centre, P.CASE_OPEN, P.CARE_TEAM_JOIN, P.CASE_SEARCH),
    *_grants(R.NURSE, care_team, *_CARE, P.CONTACT_KEEP),
    *_grants(R.NURSE, no_case, *_AT_THE_CENTRE),
    *_grants(R.CLINICIAN, own_centre, P.CARE_TEAM_JOIN, P.CASE_SEARCH),
    *_grants(R.CLINICIAN, care_team, *_CARE),
    *_grants(R.CLINICIAN, no_case, *_AT_THE_CENTRE),
    *_grants(
        R.COUNSELLOR,
        care_team,
        P.CASE_VIEW,
        P.IDENTITY_OPEN,
        P.CONTACT_KEEP,
        P.CONTACT_OPEN,
        P.CONSENT_DISCUSS,
        P.CONSENT_WITHDRAW,
        P.CONSENT_VIEW,
        P.CONSENT_SUMMARY,
        P.PLAN_MAKE,
        P.PLAN_OPEN,
        P.PLAN_REVISE,
        P.GOAL_SET,
        P.STEP_DONE,
        P.SESSION_NOTE,
        P.SESSION_OPEN,
        P.REFERRAL_SEND,
        P.REFERRAL_ANSWER,
        P.REFERRAL_CLOSE,
        P.REFERRAL_VIEW,
        P.APPOINTMENT_MAKE,
    ),
    *_grants(R.COUNSELLOR, own_centre, P.CARE_TEAM_JOIN, P.CASE_SEARCH),
    *_grants(R.COUNSELLOR, no_case, *_AT_THE_CENTRE, P.SESSION_SUPERVISE),
    *_grants(R.SHELTER, no_case, P.REFERRAL_ANSWER, P.OWN_ACCESS_VIEW),
    *_grants(R.LEGAL, no_case, P.REFERRAL_ANSWER, P.OWN_ACCESS_VIEW),
    *_grants(
        R.CUSTODIAN,
        own_centre,
        P.KIT_STOCK,
        P.KIT_ISSUE,
        P.KIT_VIEW,
        P.ITEM_STORE,
        P.ITEM_MOVE,
        P.ITEM_CHECK_OUT,
        P.ITEM_VIEW,
        P.ITEM_RELEASE,
        P.SEAL_CHECK,
        P.DISCREPANCY_RAISE,
        P.CUSTODY_REPORT,
        P.CUSTODY_NOTE,
        P.LOCATION_OPEN,
        P.REQUEST_VIEW,
        P.REQUEST_MATCH,
        P.HANDOVER_OFFER,
        P.CONSENT_SUMMARY,
        P.CASE_SEARCH,
    ),
    *_grants(R.CUSTODIAN, no_case, *_AT_THE_CENTRE, P.INTEGRITY_VIEW),
    *_grants(
        R.INVESTIGATOR, no_case, P.EVIDENCE_REQUEST, P.HANDOVER_ACCEPT, P.ITEM_RECEIVE
    ),
    *_grants(R.INVESTIGATOR, no_case, P.OWN_ACCESS_VIEW),
    *_grants(
        R.COORDINATOR,
        own_centre,
        P.CASE_VIEW,
        P.CARE_TEAM_JOIN,
        P.EXCLUSION_ADD,
        P.CASE_SEARCH,
        P.REQUEST_VIEW,
        P.REQUEST_DECIDE,
        P.CONSENT_SUMMARY,
        P.DISCREPANCY_RESOLVE,
    ),
    *_grants(
        R.COORDINATOR,
        no_case,
        *_AT_THE_CENTRE,
        P.AGENCY_LIST,
        P.AGENCY_ATTEST,
        P.SUPERVISOR_NAME,
        P.PERSON_VIEW,
        P.INTEGRITY_VIEW,
    ),
    *_grants(
        R.AUDITOR,
        no_case,
        P.OWN_ACCESS_VIEW,
        P.ACCESS_LOG_VIEW,
        P.INTEGRITY_VIEW,
        P.PACK_VIEW,
    ),
    *_grants(
        R.ADMINISTRATOR, no_case, P.OWN_ACCESS_VIEW, P.PERSON_ENROL, P.PERSON_VIEW
    ),
)
