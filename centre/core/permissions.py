"""Roles and permissions: every act has one word, here and in the policy."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is at a centre; one role per session."""

    NURSE = "nurse"
    CLINICIAN = "clinician"
    COUNSELLOR = "counsellor"
    SHELTER = "shelter"
    LEGAL = "legal"
    INVESTIGATOR = "investigator"
    CUSTODIAN = "custodian"
    LAB = "lab"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def words(self) -> str:
        """The role as people call it."""
        return _ROLE_WORDS[self]


_ROLE_WORDS = {
    Role.NURSE: "Forensic nurse",
    Role.CLINICIAN: "Examining clinician",
    Role.COUNSELLOR: "Counsellor",
    Role.SHELTER: "Shelter worker",
    Role.LEGAL: "Legal officer",
    Role.INVESTIGATOR: "Investigator",
    Role.CUSTODIAN: "Evidence custodian",
    Role.LAB: "Forensic laboratory",
    Role.COORDINATOR: "Centre coordinator",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "System administrator",
}


class Permission(StrEnum):
    """`subject.act`; the action, the form, the view and the URL carry the same word."""

    # The case cover
    CASE_OPEN = "case.open"
    CASE_VIEW = "case.view"
    CASE_CLOSE = "case.close"
    CARE_TEAM_JOIN = "care_team.join"
    EXCLUSION_ADD = "exclusion.add"
    CASE_SEARCH = "case.search"

    # Intake
    IDENTITY_KEEP = "identity.keep"
    IDENTITY_OPEN = "identity.open"
    TRIAGE_DO = "triage.do"
    TRIAGE_OPEN = "triage.open"
    INTAKE_DO = "intake.do"
    INTAKE_OPEN = "intake.open"
    CONTACT_KEEP = "contact.keep"
    CONTACT_OPEN = "contact.open"
    CONSENT_DISCUSS = "consent.discuss"
    CONSENT_WITHDRAW = "consent.withdraw"
    CONSENT_VIEW = "consent.view"
    CONSENT_SUMMARY = "consent.summary"

    # Examination
    EXAMINATION_BEGIN = "examination.begin"
    EXAMINATION_EDIT = "examination.edit"
    EXAMINATION_OPEN = "examination.open"
    EXAMINATION_COMPLETE = "examination.complete"
    ADDENDUM_ADD = "addendum.add"
    PHOTO_ADD = "photo.add"
    PHOTO_OPEN = "photo.open"
    REPORT_PRINT = "report.print"
    DOCUMENTATION_VIEW = "documentation.view"

    # Evidence
    KIT_STOCK = "kit.stock"
    KIT_ISSUE = "kit.issue"
    KIT_SEAL = "kit.seal"
    KIT_VIEW = "kit.view"
    ITEM_COLLECT = "item.collect"
    ITEM_LABEL = "item.label"
    ITEM_SEAL = "item.seal"
    ITEM_STORE = "item.store"
    ITEM_MOVE = "item.move"
    ITEM_CHECK_OUT = "item.check_out"
    ITEM_VIEW = "item.view"
    ITEM_RELEASE = "item.release"
    ITEM_RECEIVE = "item.receive"
    ITEM_RETURN = "item.return"
    SEAL_CHECK = "seal.check"
    DISCREPANCY_RAISE = "discrepancy.raise"
    DISCREPANCY_RESOLVE = "discrepancy.resolve"
    CUSTODY_REPORT = "custody.report"
    CUSTODY_NOTE = "custody.note"
    LOCATION_OPEN = "location.open"
    INVENTORY_TAKE = "inventory.take"
    BACKLOG_TAKE_OVER = "backlog.take_over"
    DOCUMENT_ATTACH = "document.attach"
    DOCUMENT_OPEN = "document.open"

    CUSTODY_AMEND = "custody.amend"
    CUSTODY_AMEND_APPROVE = "custody.amend_approve"
    HOLD_PLACE = "hold.place"
    MISSING_DECLARE = "missing.declare"
    CONDITION_LOG = "condition.log"
    SEAL_OPEN = "seal.open"
    SEAL_OPEN_APPROVE = "seal.open_approve"
    UNSEALED_PROPOSE = "unsealed.propose"
    UNSEALED_APPROVE = "unsealed.approve"
    DESTRUCTION_PROPOSE = "destruction.propose"
    DESTRUCTION_AUTHORISE = "destruction.authorise"
    DESTRUCTION_NOTICE = "destruction.notice"
    DESTRUCTION_ANSWER = "destruction.answer"
    DESTRUCTION_CARRY_OUT = "destruction.carry_out"
    DISPOSAL_VIEW = "disposal.view"
    RETENTION_SET = "retention.set"
    RETENTION_EXTEND = "retention.extend"
    REPORTING_CHANGE = "reporting.change"
    POLICE_TELL = "police.tell"

    # Requests for evidence
    EVIDENCE_REQUEST = "evidence.request"
    REQUEST_VIEW = "request.view"
    REQUEST_MATCH = "request.match"
    REQUEST_DECIDE = "request.decide"
    REQUEST_KEY_IN = "request.key_in"
    REQUEST_REVIEW = "request.review"
    EMERGENCY_REVIEW = "emergency.review"
    SURVIVOR_ASK = "survivor.ask"
    LAB_SUBMIT = "lab.submit"
    LAB_WORK = "lab.work"
    COURT_PRODUCE = "court.produce"
    HANDOVER_OFFER = "handover.offer"
    HANDOVER_ACCEPT = "handover.accept"

    DISCLOSURE_PROPOSE = "disclosure.propose"
    DISCLOSURE_APPROVE = "disclosure.approve"

    # Agencies and support
    AGENCY_LIST = "agency.list"
    AGENCY_VIEW = "agency.view"
    AGENCY_ATTEST = "agency.attest"
    PLAN_MAKE = "plan.make"
    PLAN_OPEN = "plan.open"
    PLAN_REVISE = "plan.revise"
    GOAL_SET = "goal.set"
    STEP_DONE = "step.done"
    SESSION_NOTE = "session.note"
    SESSION_OPEN = "session.open"
    SESSION_SUPERVISE = "session.supervise"
    SUPERVISOR_NAME = "supervisor.name"
    REFERRAL_SEND = "referral.send"
    REFERRAL_ANSWER = "referral.answer"
    REFERRAL_CLOSE = "referral.close"
    REFERRAL_VIEW = "referral.view"
    APPOINTMENT_MAKE = "appointment.make"

    # The centre itself
    PERSON_ENROL = "person.enrol"
    PERSON_VIEW = "person.view"
    ACCESS_REVIEW = "access.review"
    ACCESS_LOG_VIEW = "access_log.view"
    OWN_ACCESS_VIEW = "own_access.view"
    INTEGRITY_VIEW = "integrity.view"
    FIGURES_TELL = "figures.tell"

    # Her own page
    CARD_MAKE = "card.make"
    WISH_ANSWER = "wish.answer"
    PACK_VIEW = "pack.view"
    EXPORT_PROPOSE = "export.propose"
    EXPORT_APPROVE = "export.approve"
    SHRED_PROPOSE = "shred.propose"
    SHRED_APPROVE = "shred.approve"
    KEYS_PROPOSE = "keys.propose"
    KEYS_APPROVE = "keys.approve"
