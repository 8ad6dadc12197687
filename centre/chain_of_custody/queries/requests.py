"""Reads about requests for evidence: states, own requests, the centre's list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from centre.agencies import queries as agencies
from centre.chain_of_custody.models import Transfer
from centre.chain_of_custody.models.request_steps import RequestPaper, RequestStep
from centre.chain_of_custody.models.requests import EvidenceRequest, RequestLine
from centre.chain_of_custody.queries.request_progress import progress_of
from centre.chain_of_custody.rules.checks import Basis
from centre.chain_of_custody.rules.request_steps import Progress, State, Step, state
from centre.core import access
from centre.core.models import User
from centre.core.permissions import Permission

_MOST_COMPARED: Final = 200


@dataclass(frozen=True)
class Standing:
    """A request with where it stands."""

    request: EvidenceRequest
    state: State


def of_centre(by: User) -> QuerySet[EvidenceRequest]:
    """The requests of the centres where the person sees them."""
    centres = access.centres(by, Permission.REQUEST_VIEW)
    rows = EvidenceRequest.objects.filter(centre__in=centres)
    return rows.select_related("agency", "requested_by", "centre")


def lines_named(reference: str) -> QuerySet[RequestLine]:
    """The lines of a request whoever asks: to note at which case she was refused."""
    return RequestLine.objects.filter(request__reference=reference)


def emergencies(by: User) -> QuerySet[EvidenceRequest]:
    """The requests on which something was approved as an emergency, for review."""
    decided = RequestLine.objects.filter(
        request=OuterRef("pk"), basis=Basis.EMERGENCY, decision__is_approved=True
    )
    centres = access.centres(by, Permission.EMERGENCY_REVIEW)
    rows = EvidenceRequest.objects.filter(Exists(decided), centre__in=centres)
    return rows.select_related("agency", "centre")


def own(by: User) -> QuerySet[EvidenceRequest]:
    """The requests an investigator made, and those she is named to collect.

    What was keyed in from a letter is nobody's own; a colleague's request is seen only
    by who was named to collect on it, and only while both act for its agency.
    """
    named = RequestStep.objects.filter(
        step=Step.PICKUP_SCHEDULED, person=by, request=OuterRef("pk")
    )
    mine = Q(requested_by=by, party__isnull=True)
    collects = Q(Exists(named), agency=agencies.agency_of(by))
    rows = EvidenceRequest.objects.filter(mine | collects)
    return rows.select_related("agency", "centre")


def standings(requests: Iterable[EvidenceRequest]) -> list[Standing]:
    """Where each of these requests stands, in a constant number of queries."""
    listed = list(requests)
    told = progress_of([r.pk for r in listed])
    return [Standing(r, state(told[r.pk])) for r in listed]


def progress(request: EvidenceRequest) -> Progress:
    """How far one request got."""
    return progress_of([request.pk])[request.pk]


def standing(request: EvidenceRequest) -> State:
    """Where one request stands."""
    return standings([request])[0].state


def lines_of(request: EvidenceRequest) -> list[RequestLine]:
    """Its lines with match and decision."""
    lines = request.lines.select_related(
        "match__item__case",
        "match__case__centre",
        "decision__decided_by",
        "decision__conditions",
        "part",
        "request__agency",
        "request__centre",
        "request__requested_by",
        "request__party",
    )
    return list(lines)


def transfers_of(request: EvidenceRequest) -> list[Transfer]:
    """The transfers that carry lines of a request, oldest first."""
    rows = Transfer.objects.filter(lines__line__request=request).distinct()
    return list(rows.select_related("case__centre", "released_by", "receiver"))


def steps_of(request: EvidenceRequest) -> list[RequestStep]:
    """What was done about a request, in its order."""
    return list(request.steps.select_related("by", "person", "line"))


def papers_of(request: EvidenceRequest) -> QuerySet[RequestPaper]:
    """The scans kept with a request."""
    return RequestPaper.objects.filter(request=request).select_related(
        "request__centre"
    )


def receiver_of(request: EvidenceRequest) -> User | None:
    """Whose account receives: who was named to collect, else who asked with one."""
    named = request.steps.filter(step=Step.PICKUP_SCHEDULED).order_by("-number")
    last = named.select_related("person").first()
    if last is not None and last.person is not None:
        return last.person
    return None if hasattr(request, "party") else request.requested_by


def approved_lines(request: EvidenceRequest) -> list[RequestLine]:
    """The lines that were approved."""
    return [
        line
        for line in lines_of(request)
        if getattr(line, "decision", None) and line.decision.is_approved
    ]


def is_consent_gone(request: EvidenceRequest) -> bool:
    """Whether consent behind an approved line was taken back."""
    return progress(request).is_consent_gone


def is_first_use(request: EvidenceRequest) -> bool:
    """Whether this requester was never checked here before."""
    earlier = RequestStep.objects.filter(
        step=Step.TRIAGED,
        request__centre=request.centre,
        request__agency=request.agency,
        request__requested_by=request.requested_by,
    )
    return not earlier.exclude(request=request).exists()


def tries_of(line: RequestLine) -> int:
    """How often the survivor was tried about a line."""
    return line.steps.filter(step=Step.SURVIVOR_TRIED).count()


def possible_collectors(request: EvidenceRequest) -> list[User]:
    """Who acts for the agency that asked, by account."""
    return agencies.people_of(request.agency)


def duplicates_of(request: EvidenceRequest) -> list[EvidenceRequest]:
    """Other requests of the agency with the same case number and a code in common."""
    rows = EvidenceRequest.objects.filter(centre=request.centre, agency=request.agency)
    others = rows.exclude(pk=request.pk).prefetch_related("lines")[:_MOST_COMPARED]
    mine = _fingerprint(request)
    return [other for other in others if mine & _fingerprint(other)]


def _fingerprint(request: EvidenceRequest) -> set[tuple[str, str]]:
    number = _plain(request.asked.get("unit_case_no", ""))
    words = [request.asked.get("quoted", "")]
    words += [line.asked.get("what", "") for line in request.lines.all()]
    return {(number, _plain(word)) for word in words if _plain(word) and number}


def _plain(words: str) -> str:
    return "".join(words.casefold().split())
