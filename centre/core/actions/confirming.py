"""An act confirmed with a security key, right after it was written.

The content, number and time of an act's rows are settled in its own transaction, so a
security key signs just after it: a statement that names the leaf of every entry of the
act, and so pins them and all before them. The statement is kept for five minutes; it
is appended as it was prepared, with the person's own signature and the security key's
beside it, or not at all. Whoever has no such key, or no JavaScript, signed the act
already.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from centre.core import ceremony, clock, journal
from centre.core.actions.passkeys import live
from centre.core.errors import AccessError, RuleError
from centre.core.models import (
    Approval,
    Case,
    Centre,
    Confirmation,
    Opening,
    Passkey,
    Proposal,
    User,
    Waiting,
)
from centre.core.models.passkeys import positions_in
from centre.core.permissions import Permission
from centre.ledger import webauthn
from centre.ledger.entry import Assertion
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry
from centre.ledger.statement import message

LASTS: Final = timedelta(minutes=5)
WORDS_MOST: Final = 120
MOST: Final = 500
"""Entries of one act; each is named by 44 signs, and an entry has at most 65,535."""


@transaction.atomic
def prepare_confirmation(
    *, rows: Sequence[Model], on: Case | Centre, words: str, back: str, by: User
) -> Waiting | None:
    """Prepare the statement a security key is to sign over the entries of these rows.

    `words` tell the person what she confirms, `back` is where she goes on. None if she
    has no security key, or none of the entries is her own.
    """
    at = clock.now()
    if not ceremony.place() or not live(by):
        return None
    entries = [one for one in _entries_of(rows) if _is_own(one, by)]
    if not entries or len(entries) > MOST:
        return None
    Waiting.objects.filter(user=by, lapses_at__lt=at).delete()
    covers = ",".join(str(entry.n) for entry in entries)
    row = _row(uuid4(), by, entries[0].log, covers, at)
    made = journal.prepare(
        Kind.ACT_CONFIRMED, by=by, on=on, at=at, row=row, stream=row.pk, refs=entries
    )
    return Waiting.objects.create(
        pk=row.pk,
        user=by,
        centre=on.centre if isinstance(on, Case) else on,
        case=on if isinstance(on, Case) else None,
        log=made.log,
        covers=covers,
        statement=made.statement,
        secret=made.secret,
        words=words[:WORDS_MOST],
        back=back,
        prepared_at=at,
        lapses_at=at + LASTS,
    )


def prepare_answer(*, answer: Approval, back: str, by: User) -> Waiting | None:
    """The same for an approval of, or a refusal to, what somebody else proposed."""
    proposal = answer.proposal
    words = f"{'Refused' if answer.is_refused else 'Approved'}: {proposal}"
    return prepare_confirmation(
        rows=[answer], on=proposal.on, words=words, back=back, by=by
    )


def prepare_proposal(*, proposal: Proposal, back: str, by: User) -> Waiting | None:
    """The same for what a person proposes to others."""
    return prepare_confirmation(
        rows=[proposal], on=proposal.on, words=f"Proposed: {proposal}", back=back, by=by
    )


def options_for(waiting: Waiting) -> str:
    """What the browser is asked to sign, as JSON: SHA-256 of the signed message."""
    challenge = webauthn.challenge_of(_message_of(waiting))
    return ceremony.assertion_options(known=live(waiting.user), challenge=challenge)


@transaction.atomic
def confirm_act(*, waiting: Waiting, credential: str, by: User) -> Confirmation:
    """Append the statement with the person's signature and her security key's."""
    at = clock.now()
    found = Waiting.objects.select_for_update().get(pk=waiting.pk)
    if found.user_id != by.pk:
        raise AccessError(by, Permission.OWN_ACCESS_VIEW, found.centre)
    if found.done_at is not None:
        return Confirmation.objects.get(pk=found.pk)
    if at > found.lapses_at:
        raise RuleError(
            "The five minutes for the security key are over. The act itself is signed "
            "and stands; it is marked as signed with your key on the server."
        )
    assertion = _asserted(found, credential, by)
    row = _row(found.pk, by, found.log, found.covers, found.prepared_at)
    row.save()
    prepared = journal.Prepared(found.log, bytes(found.statement), found.secret)
    on = found.case or found.centre
    try:
        journal.record_prepared(
            prepared, by=by, on=on, at=at, row=row, more=[assertion]
        )
    except LedgerError:
        raise RuleError(
            "What was prepared no longer fits the log, so nothing was confirmed. The "
            "act itself is signed and stands."
        ) from None
    found.done_at = at
    found.save(update_fields=["done_at"])
    return row


def _row(
    key: UUID, by: User, log: str, covers: str, prepared_at: datetime
) -> Confirmation:
    numbers = positions_in(covers)
    return Confirmation(
        pk=key,
        user=by,
        log=log,
        first=numbers[0],
        last=numbers[-1],
        covers=covers,
        prepared_at=prepared_at,
    )


def _entries_of(rows: Sequence[Model]) -> list[Entry]:
    """The entries that commit to these rows of one table, in the order of their log."""
    table = rows[0]._meta.db_table if rows else ""
    openings = Opening.objects.filter(table=table, row__in=[row.pk for row in rows])
    places = set(openings.values_list("log", "n"))
    logs = {log for log, _ in places}
    if len(logs) != 1:
        return []
    numbers = [n for _, n in places]
    return list(Entry.objects.filter(log=logs.pop(), n__in=numbers).order_by("n"))


def _is_own(entry: Entry, by: User) -> bool:
    return entry.content.statement.actor == by.signer.kid


def _message_of(waiting: Waiting) -> bytes:
    return message(waiting.log, bytes(waiting.statement))


def _asserted(waiting: Waiting, credential: str, by: User) -> Assertion:
    """What the security key signed, checked in every part."""
    told = ceremony.told(credential)
    keys = by.passkeys.select_for_update().filter(revoked_at__isnull=True)
    key = keys.filter(credential=told.credential).first()
    if key is None or told.origin != settings.CENTRE_ORIGIN:
        raise RuleError("This is not one of your security keys. Use one of yours.")
    assertion = Assertion(
        key.kid, told.signature, told.authenticator_data, told.client_data
    )
    try:
        webauthn.verify(
            assertion, public_key=bytes(key.public_key), message=_message_of(waiting)
        )
    except LedgerError as error:
        raise RuleError(f"{error} Try once more, or go on without it.") from None
    _count(key, told.uses)
    return assertion


def _count(key: Passkey, uses: int) -> None:
    """A counter that does not grow tells of a copied key (WebAuthn §6.1.1)."""
    if not uses and not key.uses:
        return
    if uses <= key.uses:
        raise RuleError(
            "This security key seems to have been copied. Take it out of use and tell "
            "the coordinator."
        )
    key.uses = uses
    key.save(update_fields=["uses"])
