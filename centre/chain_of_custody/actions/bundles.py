"""Evidence bundles: the chain of kits and items, to be checked without us.

The export is first an entry of every history that goes along; a history that is whole
from its first entry to that export cannot have lost anything in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from centre.chain_of_custody.actions.attachments import open_document
from centre.chain_of_custody.actions.certify import Certificate, certificate_of
from centre.chain_of_custody.actions.docket import case_of
from centre.chain_of_custody.actions.paper_handover import open_paper_form
from centre.chain_of_custody.models import (
    Attachment,
    CustodyEvent,
    IssuedReport,
    Kit,
    PaperForm,
)
from centre.chain_of_custody.queries.entries import confirming
from centre.chain_of_custody.queries.history import Package, contents
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.profiles import Profile
from centre.core import access, bundle, clock, journal
from centre.core.actions.approvals import sign
from centre.core.actions.upkeep import sign_head
from centre.core.errors import RuleError
from centre.core.models import Case, Opening, User
from centre.core.permissions import Permission
from centre.ledger import epochs
from centre.ledger.kinds import Kind

MOST_THINGS: Final = 500
_FOR_INVESTIGATOR: Final = frozenset(
    {
        Move.KIT_ISSUED,
        Move.KIT_OPENED,
        Move.KIT_SEALED,
        Move.COLLECTED,
        Move.TAKEN_OVER,
        Move.PACKAGED,
        Move.LABELLED,
        Move.SEALED,
        Move.ADDED_TO_KIT,
        Move.SEAL_CHECKED,
        Move.SEAL_BROKEN,
        Move.RESEALED,
        Move.RELEASED,
        Move.RECEIVED,
        Move.HANDED_OUT,
    }
)
"""What an investigator needs of a chain; the rest goes along unopened."""


def export_evidence(
    *,
    packages: Sequence[Package],
    by: User,
    code: str,
    profile: str = Profile.COURT,
    is_whole: bool = False,
    has_documents: bool = False,
    certify: Callable[[Certificate], bytes] | None = None,
) -> bytes:
    """A zip with the whole chain of these things, and the verifier beside it.

    `certify` draws the certificate that goes along. With `has_documents` the documents
    of these things go along as they were kept; each is opened on record. That the
    bundle was asked for is written for good before the head over it is signed: a signer
    apart signs nothing that may still be taken back.

    Raises `RuleError` unless all belong to one case, the profile is one that is
    disclosed outside, and documents are asked for a court.
    """
    at = clock.now()
    case = _case(packages)
    access.require(by, Permission.CUSTODY_REPORT, case)
    wanted = _profile(profile, has_documents=has_documents)
    things = _with_contents(packages)
    log = journal.origin(case.centre)
    with transaction.atomic():
        sign(by, code)
        beside = _documents(things, by) if has_documents else {}
        for thing in things:
            facts = {"format": "bundle 1", "profile": wanted.value, "thing": thing.code}
            journal.record(
                Kind.EXPORT_MADE, by=by, on=case, at=at, facts=facts, stream=thing.pk
            )
        what = f"Evidence bundle, {len(things)}"
        journal.looked(Kind.PRINTED, by=by, on=case, at=at, what=what)
    under = sign_head(log=log, at=at)
    told = certificate_of(
        record=f"Evidence bundle of {len(things)} things of case {case}",
        digest=bytes(under.root).hex(),
        under=under,
        centre=case.centre,
        by=by,
        at=at,
    )
    if certify:
        beside["certificate.pdf"] = certify(told)
    asked = _wanted(log, things, wanted, beside, is_whole)
    return bundle.zipped(bundle.bundle(asked, under))


def _wanted(
    log: str,
    things: Sequence[Package],
    profile: Profile,
    beside: dict[str, bytes],
    is_whole: bool,  # noqa: FBT001 - handed on as it was asked
) -> bundle.Wanted:
    events = _events(things)
    return bundle.Wanted(
        log=log,
        streams=[thing.pk.bytes for thing in things],
        beside=[*_transfers(events), *confirming(events)],
        disclosed=[
            one
            for epoch in (log, *epochs.all_before(log))
            for one in _disclosed(epoch, things, events, profile)
        ],
        papers=_papers(things),
        is_whole=is_whole,
        files=beside,
    )


def _documents(things: Iterable[Package], by: User) -> dict[str, bytes]:
    """Documents of these things and forms of their hand-overs, by digest."""
    keys = [thing.pk for thing in things]
    rows = Attachment.objects.select_related("case", "event")
    mine = rows.filter(Q(event__item__in=keys) | Q(event__kit__in=keys))
    found = {
        one.sha256: open_document(document=one, by=by)
        for one in mine.order_by("kept_at", "pk")
    }
    for form in _forms(_events(things)).select_related("case"):
        found[form.sha256] = open_paper_form(form=form, by=by)
    return {f"files/{digest}": content for digest, content in found.items()}


def _forms(events: Iterable[CustodyEvent]) -> QuerySet[PaperForm]:
    """The scans of paper forms under the hand-overs among these events."""
    transfers = {e.transfer_id for e in events if e.transfer_id}
    return PaperForm.objects.filter(transfer__in=transfers).order_by("kept_at", "pk")


def _case(packages: Sequence[Package]) -> Case:
    if not packages:
        raise RuleError("Choose what is to be exported.")
    cases = {case_of(package) for package in packages}
    if len(cases) != 1:
        raise RuleError("One bundle holds the evidence of one case. Make another.")
    return cases.pop()


def _profile(asked: str, *, has_documents: bool) -> Profile:
    if asked not in {Profile.COURT, Profile.INVESTIGATOR}:
        raise RuleError("Choose whether the bundle is for a court or an investigator.")
    if has_documents and asked != Profile.COURT:
        raise RuleError("Documents go along for a court only. Choose the court.")
    return Profile(asked)


def _with_contents(packages: Iterable[Package]) -> list[Package]:
    """These things and everything that lies in them, each once."""
    found: dict[Any, Package] = {}
    for package in packages:
        found[package.pk] = package
        if isinstance(package, Kit):
            found |= {item.pk: item for item in contents(package)}
    if len(found) > MOST_THINGS:
        raise RuleError(
            f"One bundle holds at most {MOST_THINGS} things. Export kit by kit."
        )
    return list(found.values())


def _events(things: Iterable[Package]) -> list[CustodyEvent]:
    keys = [thing.pk for thing in things]
    mine = CustodyEvent.objects.filter(item__in=keys)
    return list((mine | CustodyEvent.objects.filter(kit__in=keys)).order_by("number"))


def _transfers(events: Iterable[CustodyEvent]) -> list[bytes]:
    keys = dict.fromkeys(e.transfer_id for e in events if e.transfer_id)
    return [key.bytes for key in keys]


def _disclosed(
    log: str,
    things: Sequence[Package],
    events: Sequence[CustodyEvent],
    profile: Profile,
) -> list[tuple[str, int]]:
    """The entries whose content is shown to this reader."""
    shown = [e.pk for e in events if _shows(profile, e)]
    rows = Opening.objects.filter(log=log)
    numbers = list(rows.filter(row__in=shown).values_list("n", flat=True))
    if profile is Profile.COURT:
        own = [t.pk for t in things] + [e.transfer_id for e in events if e.transfer_id]
        own += _forms(events).values_list("pk", flat=True)
        numbers += list(rows.filter(row__in=own).values_list("n", flat=True))
    return [(log, n) for n in sorted(set(numbers))]


def _shows(profile: Profile, event: CustodyEvent) -> bool:
    return profile is Profile.COURT or event.move in _FOR_INVESTIGATOR


def _papers(things: Iterable[Package]) -> list[int]:
    keys = [thing.pk for thing in things]
    rows = IssuedReport.objects.filter(item__in=keys)
    both = rows | IssuedReport.objects.filter(kit__in=keys)
    return sorted(set(both.values_list("log_size", flat=True)))
