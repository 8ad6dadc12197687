"""What a hand-over is agreed on: lines, terms, people without accounts, the ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from centre.chain_of_custody.models import HandSignature, Item, Transfer
from centre.chain_of_custody.rules import checks, grounds, handover
from centre.chain_of_custody.rules.checks import Basis
from centre.chain_of_custody.rules.fold import Reporting, reporting_of
from centre.core import consent, journal
from centre.core.errors import RuleError
from centre.core.models import Case, Registration, User
from centre.ledger.kinds import Kind

REPORT: Final = "C16"


@dataclass(frozen=True)
class Line:
    """One approved item and the request line it stands on."""

    item: Item
    request_line: UUID | None = None


@dataclass(frozen=True)
class Terms:
    """To whom, what for and on which ground; `recipient` as consent names it."""

    recipient: str
    organisation: str
    purpose: str
    basis: Basis
    basis_text: str
    expected_person: str = ""
    conveyance: str = ""
    conditions: str = ""
    temperature: str = ""
    expected_at: datetime | None = None
    order: Mapping[str, str] = field(default_factory=dict)
    """Of an order, as ISO dates: `dated_on`, `valid_until`."""


@dataclass(frozen=True)
class Sign:
    """How somebody without an account signed; strokes are lists of [x, y] steps."""

    method: str = handover.Method.THUMB
    strokes: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Outsider:
    """A receiver without an account, as her papers say."""

    name: str
    rank: str
    organisation: str
    identity_kind: str
    identity_last4: str
    contact: str = ""

    def check(self) -> None:
        """Who she is can be told later from what is written here."""
        for text, what in (
            (self.name, "the receiver's name"),
            (self.organisation, "the receiver's organisation"),
        ):
            checks.check_words(text, what)
        handover.check_identity(self.identity_kind, self.identity_last4)


@dataclass(frozen=True)
class Courier:
    """Who carries it, as her papers say, and under which waybill or vehicle."""

    name: str
    organisation: str
    identity_kind: str
    identity_last4: str
    carried_by: str

    def check(self) -> None:
        """The courier can be found again."""
        checks.check_words(self.name, "the courier's name")
        checks.check_words(self.organisation, "whom the courier works for")
        checks.check_words(self.carried_by, "the waybill or the vehicle")
        handover.check_identity(self.identity_kind, self.identity_last4)


def check_ground(case: Case, terms: Terms, *, at: datetime) -> None:
    """The ground of a hand-over holds at this moment (R12, R13)."""
    checks.check_basis(terms.basis, terms.basis_text)
    today = at.astimezone(ZoneInfo(case.centre.timezone)).date()
    grounds.check_in_force(terms.basis, terms.order, today)
    checks.check_reporting(reporting(case, terms.recipient, at=at), terms.basis)
    if terms.basis is Basis.CONSENT:
        item = grounds.consent_item("item", terms.purpose)
        consent.require(
            case, item, recipient=terms.recipient, purpose=terms.purpose, at=at
        )


def reporting(case: Case, recipient: str, *, at: datetime) -> Reporting:
    """What the survivor decided about telling this recipient."""
    told = consent.in_force(case, REPORT, recipient=recipient, at=at)
    return reporting_of(
        is_anonymous=case.registration == Registration.ANONYMOUS,
        has_reported=told is not None,
    )


def check_witness(witness: User, case: Case) -> None:
    """A witness is on the staff of this centre, today."""
    posts = witness.memberships.filter(centre=case.centre, ended_at__isnull=True)
    if not witness.is_active or not posts.exists():
        raise RuleError("The witness is a colleague of this centre.")


def keep_sign(
    transfer: Transfer,
    sign: Sign,
    *,
    side: str,
    name: str,
    by: User,
    at: datetime,
    witness: User | None = None,
) -> HandSignature:
    """Keep the sign of somebody without an account, with its entry."""
    method = handover.check_signature(sign.method, sign.strokes)
    row = HandSignature.objects.create(
        transfer=transfer,
        case=transfer.case,
        side=side,
        method=method,
        made_at=at,
        taken_by=by,
        witness=witness,
        details={"name": name.strip(), "strokes": list(sign.strokes)},
    )
    journal.record(
        Kind.HAND_SIGNATURE_MADE,
        by=by,
        on=transfer.case,
        at=at,
        row=row,
        stream=transfer.pk,
    )
    return row
