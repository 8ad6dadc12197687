"""Each side of a hand-over signs: the exact set is scanned, a fresh code is given.

A code is spent only if the hand-over is written. What is signed here is an act of the
same name without a code, done in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from centre.chain_of_custody.actions import transfers
from centre.chain_of_custody.actions.transfers import Courier, Outsider, Sign
from centre.chain_of_custody.models import CustodyEvent, Transfer
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.queries.transfers import names_of, travelling_packages
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.handover import check_scan_set
from centre.core.actions.people import check_factor
from centre.core.errors import RuleError
from centre.core.models import User


@transaction.atomic
def receive(
    *,
    transfer: Transfer,
    seen: Mapping[str, Seen],
    scanned: Sequence[str],
    temperature: str,
    code: str,
    by: User,
) -> Transfer:
    """Scan what came, say what one sees of each seal, and sign for it."""
    _check_scans(transfer, scanned)
    transfers.receive_transfer(
        transfer=transfer, seen=seen, temperature=temperature, by=by
    )
    sign(by, code)
    return transfer


@transaction.atomic
def take_back(
    *,
    transfer: Transfer,
    seen: Mapping[str, Seen],
    scanned: Sequence[str],
    temperature: str,
    code: str,
    by: User,
) -> Transfer:
    """Scan what came back, say what one sees of each seal, and sign for it."""
    _check_scans(transfer, scanned)
    note = f"Temperature on arrival: {temperature}" if temperature.strip() else ""
    transfers.take_back(transfer=transfer, seen=seen, note=note, by=by)
    sign(by, code)
    return transfer


@transaction.atomic
def hand_out(  # noqa: PLR0913 - three people sign, each with what is hers
    *,
    transfer: Transfer,
    seen: Mapping[str, Seen],
    scanned: Sequence[str],
    receiver: Outsider,
    sign_of_receiver: Sign,
    witness: User,
    witness_code: str,
    code: str,
    by: User,
) -> Transfer:
    """Hand out before a witness, who signs with her own code."""
    _check_scans(transfer, scanned)
    transfers.hand_out(
        transfer=transfer,
        seen=seen,
        receiver=receiver,
        witness=witness,
        sign=sign_of_receiver,
        by=by,
    )
    sign(witness, witness_code, "The witness's one-time code")
    sign(by, code)
    return transfer


@transaction.atomic
def pick_up(
    *, transfer: Transfer, courier: Courier, sign_of_courier: Sign, code: str, by: User
) -> Transfer:
    """Give it to a courier, who signs on the screen."""
    transfers.pick_up(transfer=transfer, courier=courier, sign=sign_of_courier, by=by)
    sign(by, code)
    return transfer


@transaction.atomic
def cancel(
    *, transfer: Transfer, reason: str, seen: Mapping[str, Seen], code: str, by: User
) -> Transfer:
    """Take a release back, and sign for it."""
    transfers.cancel_transfer(transfer=transfer, reason=reason, seen=seen, by=by)
    sign(by, code)
    return transfer


@transaction.atomic
def refuse(
    *, transfer: Transfer, reason: str, words: str, code: str, by: User
) -> Transfer:
    """Do not accept it, and sign for that."""
    transfers.refuse_receipt(transfer=transfer, reason=reason, words=words, by=by)
    sign(by, code)
    return transfer


@transaction.atomic
def send_back(
    *, package: Package, seal: str, conveyance: str, words: str, code: str, by: User
) -> Transfer:
    """Send back to the centre what one holds, and sign for it."""
    sent = transfers.send_back(
        packages=[package],
        seals={package.code: seal},
        conveyance=conveyance,
        words=words,
        by=by,
    )
    sign(by, code)
    return sent


@transaction.atomic
def receive_return(
    *, package: Package, seen: Seen, giver: Outsider, note: str, code: str, by: User
) -> CustodyEvent:
    """Receive back what was handed out, and sign for it."""
    event = transfers.receive_return(
        package=package, seen=seen, giver=giver, note=note, by=by
    )
    sign(by, code)
    return event


@transaction.atomic
def receive_unexpected(
    *, package: Package, seen: Seen, words: str, code: str, by: User
) -> CustodyEvent:
    """Write down an unexpected receipt, and sign for it."""
    event = transfers.receive_unexpected(package=package, seen=seen, words=words, by=by)
    sign(by, code)
    return event


def sign(by: User, code: str, whose: str = "Your one-time code") -> None:
    """Sign with a fresh one-time code, spent only if the act is written."""
    if not check_factor(by=by, code=code.replace(" ", "")):
        raise RuleError(
            f"{whose} is not right or was used before. Wait for the next one and type "
            "it; everything else you typed is kept."
        )


def read_scans(typed: str) -> list[str]:
    """The codes in a field of scans: one a line, or with blanks between."""
    return [read_scan(one) for one in typed.split()]


def _check_scans(transfer: Transfer, scanned: Sequence[str]) -> None:
    check_scan_set(names_of(travelling_packages(transfer)), scanned)
