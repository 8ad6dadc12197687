"""The closed, versioned list of what an entry can say happened.

A kind is a word of the record for ever: it is never renamed and never reused.
"""

from enum import StrEnum
from typing import Final

KINDS_VERSION: Final = 1


class Kind(StrEnum):
    """Subject and past tense, as the entry carries it."""

    LEDGER_GENESIS = "ledger.genesis"
    LEDGER_RECOVERED = "ledger.recovered"
    LEDGER_POLICY = "ledger.policy"
    CLOCK_REGRESSED = "clock.regressed"
    KEY_REGISTERED = "key.registered"
    KEY_REVOKED = "key.revoked"
    ANCHOR_TSA = "anchor.tsa"
    ANCHOR_WITNESS = "anchor.witness"
    ANCHOR_PAPER = "anchor.paper"

    # People of the centre
    PERSON_ENROLLED = "person.enrolled"
    PERSON_LEFT = "person.left"
    ROLE_GRANTED = "role.granted"
    ROLE_ENDED = "role.ended"
    FACTOR_ENROLLED = "factor.enrolled"
    FACTOR_RESET = "factor.reset"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a kind of entry, no secret

    # The case cover
    CASE_OPENED = "case.opened"
    CASE_CLOSED = "case.closed"
    CASE_KEY_DESTROYED = "case.key_destroyed"
    CARE_TEAM_JOINED = "care_team.joined"
    CARE_TEAM_LEFT = "care_team.left"
    EXCLUSION_ADDED = "exclusion.added"
    EXCLUSION_LIFTED = "exclusion.lifted"

    # Intake
    IDENTITY_KEPT = "identity.kept"
    TRIAGE_DONE = "triage.done"
    INTAKE_DONE = "intake.done"
    CONTACT_KEPT = "contact.kept"

    # Consent
    CONSENT_DISCUSSED = "consent.discussed"
    CONSENT_GIVEN = "consent.given"
    CONSENT_LIMITED = "consent.limited"
    CONSENT_DECLINED = "consent.declined"
    CONSENT_DEFERRED = "consent.deferred"
    CONSENT_WITHDRAWN = "consent.withdrawn"

    # Examination
    EXAMINATION_BEGUN = "examination.begun"
    EXAMINATION_COMPLETED = "examination.completed"
    ADDENDUM_ADDED = "addendum.added"
    PHOTO_ADDED = "photo.added"
    PHOTO_COPIED = "photo.copied"
    SAMPLE_TAKEN = "sample.taken"
    INJURY_NOTED = "injury.noted"
    ADVICE_ANSWERED = "advice.answered"
    FORM_SIGNED = "form.signed"
    FORM_AMENDED = "form.amended"

    # Kits, items and their moves
    KIT_STOCKED = "kit.stocked"
    KIT_ISSUED = "kit.issued"
    KIT_OPENED = "kit.opened"
    KIT_SEALED = "kit.sealed"
    KIT_VOIDED = "kit.voided"
    ITEM_REGISTERED = "item.registered"
    ITEM_NOT_TAKEN = "item.not_taken"
    ITEM_COLLECTED = "item.collected"
    DRYING_STARTED = "drying.started"
    DRYING_ENDED = "drying.ended"
    ITEM_PACKAGED = "item.packaged"
    ITEM_LABELLED = "item.labelled"
    ITEM_SEALED = "item.sealed"
    ITEM_ADDED_TO_KIT = "item.added_to_kit"
    ITEM_STORED = "item.stored"
    ITEM_MOVED = "item.moved"
    ITEM_CHECKED_OUT = "item.checked_out"
    ITEM_CHECKED_IN = "item.checked_in"
    CONDITION_LOGGED = "condition.logged"
    SEAL_CHECKED = "seal.checked"
    SEAL_BROKEN = "seal.broken"
    ITEM_SUBSAMPLED = "item.subsampled"
    ITEM_RESEALED = "item.resealed"
    ITEM_CONSUMED = "item.consumed"
    TRANSFER_OPENED = "transfer.opened"
    TRANSFER_RELEASED = "transfer.released"
    TRANSFER_PICKED_UP = "transfer.picked_up"
    TRANSFER_RECEIVED = "transfer.received"
    TRANSFER_HANDED_OUT = "transfer.handed_out"
    TRANSFER_REFUSED = "transfer.refused"
    TRANSFER_CANCELLED = "transfer.cancelled"
    TRANSFER_UNEXPECTED = "transfer.unexpected"
    LAB_SUBMITTED = "lab.submitted"
    LAB_ACCEPTED = "lab.accepted"
    LAB_REJECTED = "lab.rejected"
    LAB_STARTED = "lab.started"
    LAB_ANALYSED = "lab.analysed"
    LAB_RESULT_ISSUED = "lab.result_issued"
    COURT_PRODUCED = "court.produced"
    COURT_RETURNED = "court.returned"
    COURT_RETAINED = "court.retained"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    RETENTION_SET = "retention.set"
    RETENTION_EXTENDED = "retention.extended"
    DESTRUCTION_PROPOSED = "destruction.proposed"
    DESTRUCTION_NOTICE_ISSUED = "destruction.notice_issued"
    DESTRUCTION_OBJECTED = "destruction.objected"
    DESTRUCTION_NOT_OBJECTED = "destruction.not_objected"
    DESTRUCTION_AUTHORISED = "destruction.authorised"
    ITEM_DESTROYED = "item.destroyed"
    ITEM_RETURNED_TO_OWNER = "item.returned_to_owner"
    REPORTING_CHANGED = "reporting.changed"
    DISCREPANCY_RAISED = "discrepancy.raised"
    DISCREPANCY_RESOLVED = "discrepancy.resolved"
    MISSING_DECLARED = "missing.declared"
    ITEM_FOUND = "item.found"
    INVENTORY_SEEN = "inventory.seen"
    INVENTORY_NOT_SEEN = "inventory.not_seen"
    EVENT_AMENDED = "event.amended"
    EVENT_VOIDED = "event.voided"
    NOTE_ADDED = "note.added"
    DOCUMENT_ATTACHED = "document.attached"
    SEAL_REGISTERED = "seal.registered"
    SEAL_ROLL_TAKEN_IN = "seal_roll.taken_in"
    SEAL_SPOILT = "seal.spoilt"
    LOCATION_OPENED = "location.opened"

    # Requests for evidence
    EVIDENCE_REQUESTED = "evidence.requested"
    REQUEST_MATCHED = "request.matched"
    REQUEST_DECIDED = "request.decided"
    REQUEST_OFFERED = "request.offered"
    REQUEST_WITHDRAWN = "request.withdrawn"
    REQUEST_CLOSED = "request.closed"

    # Acts of two people
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_APPROVED = "proposal.approved"
    PROPOSAL_REFUSED = "proposal.refused"
    PROPOSAL_EXECUTED = "proposal.executed"

    # Partner agencies
    AGENCY_LISTED = "agency.listed"
    AGENCY_PERSON_ATTESTED = "agency_person.attested"
    AGENCY_PERSON_ENDED = "agency_person.ended"

    # Support
    PLAN_MADE = "plan.made"
    PLAN_REVISED = "plan.revised"
    PLAN_CLOSED = "plan.closed"
    GOAL_SET = "goal.set"
    STEP_SET = "step.set"
    STEP_DONE = "step.done"
    SESSION_NOTED = "session.noted"
    SUPERVISOR_NAMED = "supervisor.named"
    REFERRAL_SENT = "referral.sent"
    REFERRAL_ACCEPTED = "referral.accepted"
    REFERRAL_DECLINED = "referral.declined"
    REFERRAL_ATTENDED = "referral.attended"
    REFERRAL_NOT_ATTENDED = "referral.not_attended"
    REFERRAL_CLOSED = "referral.closed"
    REFERRAL_CANCELLED = "referral.cancelled"
    APPOINTMENT_MADE = "appointment.made"
    APPOINTMENT_KEPT = "appointment.kept"
    APPOINTMENT_MISSED = "appointment.missed"
    SAFETY_PLAN_KEPT = "safety_plan.kept"

    # Backups
    BACKUP_MADE = "backup.made"
    BACKUP_DRILLED = "backup.drilled"

    # What leaves the centre
    EXPORT_MADE = "export.made"
    DOCUMENT_ISSUED = "document.issued"

    # The access log
    READ = "read"
    SEARCHED = "search"
    PRINTED = "print"
    DENIED = "denied"
    BREAK_GLASS = "breakglass"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    LOCKED = "locked"
    STEPPED_UP = "stepped_up"
