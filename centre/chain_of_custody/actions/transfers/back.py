"""The ways back: from a holder with an account, from one without, and unannounced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from django.db import transaction

from centre.chain_of_custody.actions.docket import Docket, Told, take
from centre.chain_of_custody.actions.seals import question_seal, raise_question
from centre.chain_of_custody.actions.transfers.releasing import let_go, open_transfer
from centre.chain_of_custody.actions.transfers.terms import Outsider, Terms
from centre.chain_of_custody.models import CustodyEvent, InTransit, Kit, Transfer
from centre.chain_of_custody.queries.entries import entry_of
from centre.chain_of_custody.queries.history import Package, centre_of, contents
from centre.chain_of_custody.queries.transfers import last_departure
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.chain_of_custody.rules.discrepancies import Question
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import access, clock
from centre.core.errors import AccessError, RuleError
from centre.core.models import Centre, User
from centre.core.permissions import Permission

TO_THE_CENTRE = "centre"
RETURN = "return"


@transaction.atomic
def send_back(
    *,
    packages: Sequence[Package],
    seals: Mapping[str, str],
    conveyance: str,
    words: str,
    by: User,
) -> Transfer:
    """Release to the centre what one holds for another organisation."""
    at = clock.now()
    if not packages:
        raise RuleError("Choose what goes back.")
    centre = centre_of(packages[0])
    access.require(by, Permission.ITEM_RETURN, centre)
    checks.check_words(words, "why it goes back")
    dockets = [take(p, by=by, at=at, told=Told(note=words)) for p in packages]
    if any(d.standing.holder != by.pk for d in dockets):
        raise AccessError(by, Permission.ITEM_RETURN, centre)
    if len({d.case.pk for d in dockets}) > 1:
        raise RuleError("All items of one hand-over belong to one case.")
    terms = _terms_of_return(dockets[0], centre, conveyance)
    transfer = open_transfer(
        dockets[0].case,
        terms,
        receiver=None,
        by=by,
        at=at,
        left_at=at,
        is_back=True,
    )
    for docket in dockets:
        let_go(docket, transfer, seals, terms)
    return transfer


@transaction.atomic
def receive_return(
    *,
    package: Package,
    seen: Seen,
    giver: Outsider,
    by: User,
    temperature: str = "",
    note: str = "",
) -> CustodyEvent:
    """Receive back what was handed out to somebody without an account."""
    at = clock.now()
    access.require(by, Permission.ITEM_RECEIVE, centre_of(package))
    docket = take(package, by=by, at=at, told=Told(note=note))
    access.require(by, Permission.ITEM_STORE, docket.case)
    if docket.standing.state is not State.OUT_OF_SYSTEM:
        raise RuleError(
            f"This {package.thing} is {docket.standing.state.words}. Only what was "
            "handed out is received back here; otherwise write down an unexpected "
            "receipt."
        )
    checks.check_two_people(by.pk, None, [by.name, giver.name])
    giver.check()
    departure = last_departure(package)
    number, condition = checks.seal_seen(seen, docket.standing.seal)
    event = docket.write(
        Move.RECEIVED,
        refs=[entry_of(departure)] if departure else [],
        about=departure,
        seal_before=docket.standing.seal,
        seal_after=number,
        seal_condition=condition,
        package_condition=seen.package,
        details={"giver": asdict(giver), "is_back": True, "temperature": temperature},
    )
    question_seal(docket, condition, seen.package, about=event)
    return event


@transaction.atomic
def receive_unexpected(
    *, package: Package, seen: Seen, words: str, by: User
) -> CustodyEvent:
    """Write down that something is in one's hands without a release on file.

    A discrepancy is raised by itself, and whoever held it before is told. An open
    hand-over of this package ends here, for the package is no longer on its way.
    """
    at = clock.now()
    centre = centre_of(package)
    access.require(by, Permission.ITEM_RECEIVE, centre)
    checks.check_words(words, "how it came to you")
    docket = take(package, by=by, at=at, told=Told(note=words))
    if docket.standing.holder == by.pk:
        raise RuleError("You hold this already, so nothing has to be received.")
    before = docket.standing.holder
    recorded = docket.standing.seal
    number, condition = checks.seal_seen(seen, recorded)
    event = docket.write(
        Move.UNEXPECTED_RECEIPT,
        counterpart_id=before,
        transfer_id=docket.standing.transfer,
        seal_before=recorded,
        seal_after=number,
        seal_condition=condition,
        package_condition=seen.package,
        place_from_id=docket.standing.place,
    )
    raise_question(docket, Question.UNEXPECTED, words, about=event)
    question_seal(docket, condition, seen.package, about=event)
    _off_the_road(package)
    return event


def _terms_of_return(docket: Docket, centre: Centre, conveyance: str) -> Terms:
    """A return rests on the ground on which the thing came."""
    came = last_departure(docket.package)
    transfer = came.transfer if came is not None else None
    basis = Basis(transfer.basis) if transfer else Basis.CONSENT
    words = str(transfer.details["basis_text"]) if transfer else "Return to the centre"
    return Terms(
        recipient=TO_THE_CENTRE,
        organisation=centre.name,
        purpose=RETURN,
        basis=basis,
        basis_text=words,
        conveyance=conveyance,
    )


def _off_the_road(package: Package) -> None:
    """Nothing of this package is in an open hand-over any more."""
    InTransit.objects.filter(**{package.thing.value: package}).delete()
    if isinstance(package, Kit):
        InTransit.objects.filter(item__in=contents(package)).delete()
