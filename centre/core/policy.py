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
from centre.core.permissions import Permission as May
from centre.core.permissions import Role

if TYPE_CHECKING:
    from centre.core.models import User

Scope = Callable[["User", Role], Q]


@dataclass(frozen=True)
class Grant:
    """In this role a person holds this permission, as far as the scope reaches."""

    role: Role
    permission: May
    scope: Scope


def own_centre(actor: User, role: Role) -> Q:
    """Cases of a centre where the actor holds this very role."""
    posts = Membership.objects.filter(
        user=actor, role=role, ended_at__isnull=True, centre=OuterRef("centre")
    )
    return Q(Exists(posts))


def care_team(actor: User, role: Role) -> Q:
    """Of those, the cases on whose care team the actor is today."""
    on_team = Assignment.objects.filter(
        user=actor, case=OuterRef("pk"), ended_at__isnull=True
    )
    return own_centre(actor, role) & Q(Exists(on_team))


def no_case(actor: User, role: Role) -> Q:
    """At the centre itself, on no case."""
    return Q(pk__in=[])


def _grants(role: Role, scope: Scope, *permissions: May) -> tuple[Grant, ...]:
    return tuple(Grant(role, permission, scope) for permission in permissions)


_CARE: Final = (
    May.CASE_VIEW,
    May.IDENTITY_KEEP,
    May.IDENTITY_OPEN,
    May.TRIAGE_DO,
    May.TRIAGE_OPEN,
    May.INTAKE_DO,
    May.INTAKE_OPEN,
    May.CONTACT_OPEN,
    May.CONSENT_DISCUSS,
    May.CONSENT_WITHDRAW,
    May.CONSENT_VIEW,
    May.CONSENT_SUMMARY,
    May.EXAMINATION_BEGIN,
    May.EXAMINATION_EDIT,
    May.EXAMINATION_OPEN,
    May.EXAMINATION_COMPLETE,
    May.ADDENDUM_ADD,
    May.PHOTO_ADD,
    May.PHOTO_OPEN,
    May.REPORT_PRINT,
    May.KIT_ISSUE,
    May.KIT_SEAL,
    May.KIT_VIEW,
    May.ITEM_COLLECT,
    May.ITEM_LABEL,
    May.ITEM_SEAL,
    May.ITEM_VIEW,
    May.SEAL_CHECK,
    May.DISCREPANCY_RAISE,
    May.CUSTODY_NOTE,
    May.DOCUMENT_ATTACH,
    May.DOCUMENT_OPEN,
    May.CUSTODY_AMEND,
    May.SEAL_OPEN,
    May.UNSEALED_PROPOSE,
    May.DISCLOSURE_PROPOSE,
    May.REPORTING_CHANGE,
    May.POLICE_TELL,
    May.DESTRUCTION_ANSWER,
    May.RETENTION_EXTEND,
    May.REFERRAL_VIEW,
    May.SURVIVOR_ASK,
    May.CARD_MAKE,
    May.WISH_ANSWER,
)

_AT_THE_CENTRE: Final = (May.OWN_ACCESS_VIEW, May.AGENCY_VIEW, May.PACK_VIEW)

POLICY: Final[tuple[Grant, ...]] = (
    *_grants(
        Role.NURSE, own_centre, May.CASE_OPEN, May.CARE_TEAM_JOIN, May.CASE_SEARCH
    ),
    *_grants(Role.NURSE, care_team, *_CARE, May.CONTACT_KEEP),
    *_grants(Role.NURSE, no_case, *_AT_THE_CENTRE),
    *_grants(Role.CLINICIAN, own_centre, May.CARE_TEAM_JOIN, May.CASE_SEARCH),
    *_grants(Role.CLINICIAN, care_team, *_CARE),
    *_grants(Role.CLINICIAN, no_case, *_AT_THE_CENTRE),
    *_grants(
        Role.COUNSELLOR,
        care_team,
        May.CASE_VIEW,
        May.IDENTITY_OPEN,
        May.CONTACT_KEEP,
        May.CONTACT_OPEN,
        May.CONSENT_DISCUSS,
        May.CONSENT_WITHDRAW,
        May.CONSENT_VIEW,
        May.CONSENT_SUMMARY,
        May.SURVIVOR_ASK,
        May.CARD_MAKE,
        May.WISH_ANSWER,
        May.PLAN_MAKE,
        May.PLAN_OPEN,
        May.PLAN_REVISE,
        May.GOAL_SET,
        May.STEP_DONE,
        May.SESSION_NOTE,
        May.SESSION_OPEN,
        May.REFERRAL_SEND,
        May.REFERRAL_ANSWER,
        May.REFERRAL_CLOSE,
        May.REFERRAL_VIEW,
        May.APPOINTMENT_MAKE,
    ),
    *_grants(Role.COUNSELLOR, own_centre, May.CARE_TEAM_JOIN, May.CASE_SEARCH),
    *_grants(Role.COUNSELLOR, no_case, *_AT_THE_CENTRE, May.SESSION_SUPERVISE),
    *_grants(Role.SHELTER, no_case, May.REFERRAL_ANSWER, May.OWN_ACCESS_VIEW),
    *_grants(Role.LEGAL, no_case, May.REFERRAL_ANSWER, May.OWN_ACCESS_VIEW),
    *_grants(
        Role.LEGAL,
        own_centre,
        May.CUSTODY_AMEND_APPROVE,
        May.DESTRUCTION_AUTHORISE,
        May.DISPOSAL_VIEW,
        May.HOLD_PLACE,
        May.EMERGENCY_REVIEW,
        May.SHRED_APPROVE,
    ),
    *_grants(
        Role.CUSTODIAN,
        own_centre,
        May.KIT_STOCK,
        May.KIT_ISSUE,
        May.KIT_VIEW,
        May.ITEM_STORE,
        May.ITEM_MOVE,
        May.ITEM_CHECK_OUT,
        May.ITEM_VIEW,
        May.ITEM_RELEASE,
        May.ITEM_RECEIVE,
        May.SEAL_CHECK,
        May.DISCREPANCY_RAISE,
        May.CUSTODY_REPORT,
        May.CUSTODY_NOTE,
        May.POLICE_TELL,
        May.LOCATION_OPEN,
        May.INVENTORY_TAKE,
        May.BACKLOG_TAKE_OVER,
        May.DOCUMENT_ATTACH,
        May.DOCUMENT_OPEN,
        May.REQUEST_VIEW,
        May.REQUEST_MATCH,
        May.REQUEST_KEY_IN,
        May.HANDOVER_OFFER,
        May.LAB_SUBMIT,
        May.COURT_PRODUCE,
        May.CONSENT_SUMMARY,
        May.CASE_SEARCH,
        May.CUSTODY_AMEND,
        May.SEAL_OPEN,
        May.UNSEALED_PROPOSE,
        May.DESTRUCTION_PROPOSE,
        May.DESTRUCTION_CARRY_OUT,
        May.MISSING_DECLARE,
        May.CONDITION_LOG,
        May.DISPOSAL_VIEW,
        May.RETENTION_SET,
        May.DISCLOSURE_PROPOSE,
        May.EXPORT_PROPOSE,
    ),
    *_grants(Role.CUSTODIAN, no_case, *_AT_THE_CENTRE, May.INTEGRITY_VIEW),
    *_grants(
        Role.INVESTIGATOR,
        no_case,
        May.EVIDENCE_REQUEST,
        May.HANDOVER_ACCEPT,
        May.ITEM_RECEIVE,
        May.ITEM_RETURN,
    ),
    *_grants(Role.INVESTIGATOR, no_case, May.OWN_ACCESS_VIEW),
    *_grants(
        Role.LAB,
        no_case,
        May.ITEM_RECEIVE,
        May.ITEM_RETURN,
        May.LAB_WORK,
        May.OWN_ACCESS_VIEW,
    ),
    *_grants(
        Role.COORDINATOR,
        own_centre,
        May.CASE_VIEW,
        May.CASE_CLOSE,
        May.CARE_TEAM_JOIN,
        May.EXCLUSION_ADD,
        May.CASE_SEARCH,
        May.REQUEST_VIEW,
        May.REQUEST_DECIDE,
        May.REQUEST_REVIEW,
        May.EMERGENCY_REVIEW,
        May.CONSENT_SUMMARY,
        May.DISCREPANCY_RESOLVE,
        May.CUSTODY_AMEND_APPROVE,
        May.SEAL_OPEN_APPROVE,
        May.UNSEALED_APPROVE,
        May.DESTRUCTION_AUTHORISE,
        May.BACKLOG_TAKE_OVER,
        May.DESTRUCTION_NOTICE,
        May.HOLD_PLACE,
        May.DESTRUCTION_ANSWER,
        May.DISPOSAL_VIEW,
        May.RETENTION_EXTEND,
        May.DISCLOSURE_APPROVE,
        May.EXPORT_APPROVE,
        May.SHRED_PROPOSE,
        May.SHRED_APPROVE,
        May.DOCUMENTATION_VIEW,
    ),
    *_grants(
        Role.COORDINATOR,
        no_case,
        *_AT_THE_CENTRE,
        May.AGENCY_LIST,
        May.AGENCY_ATTEST,
        May.SUPERVISOR_NAME,
        May.PERSON_VIEW,
        May.ACCESS_REVIEW,
        May.INTEGRITY_VIEW,
        May.FIGURES_TELL,
        May.KEYS_APPROVE,
    ),
    *_grants(Role.AUDITOR, own_centre, May.INVENTORY_TAKE),
    *_grants(
        Role.AUDITOR,
        no_case,
        May.OWN_ACCESS_VIEW,
        May.ACCESS_LOG_VIEW,
        May.INTEGRITY_VIEW,
        May.FIGURES_TELL,
        May.PACK_VIEW,
    ),
    *_grants(
        Role.ADMINISTRATOR,
        no_case,
        May.OWN_ACCESS_VIEW,
        May.PERSON_ENROL,
        May.PERSON_VIEW,
        May.KEYS_PROPOSE,
    ),
)
