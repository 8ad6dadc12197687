"""Finding a kit, an item or a case's evidence within a person's reach."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from centre.chain_of_custody.models import EvidenceRequest, Item, Kit
from centre.chain_of_custody.queries import requests
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.queries.lists import kits_within
from centre.chain_of_custody.rules.moves import Thing
from centre.core import access, references
from centre.core.http import StaffRequest, one_or_404, within_or_404
from centre.core.models import Case, Centre
from centre.core.permissions import Permission


def package(
    request: StaffRequest, thing: Thing, code: str, permission: Permission
) -> Package:
    """A kit or an item by its code, or the one 404 there is."""
    if thing is Thing.ITEM:
        return item(request, code, permission)
    return kit(request, code, permission)


def item(request: StaffRequest, code: str, permission: Permission) -> Item:
    """An item within reach."""
    rows = Item.objects.select_related("case__centre", "kit", "parent")
    return within_or_404(rows, request, permission, code=code)


def kit(request: StaffRequest, code: str, permission: Permission) -> Kit:
    """A kit of a case within reach."""
    rows = Kit.objects.select_related("centre")
    return within_or_404(rows, request, permission, path="custody__case", code=code)


def kit_or_stock(request: StaffRequest, code: str) -> Kit:
    """A kit of a case within reach, or one in the stock of a centre."""
    found = kits_within(request.user, Permission.KIT_VIEW).filter(code=code).first()
    stock = _of_stock(request, code).filter(custody__case__isnull=True)
    return found or stock.first() or kit(request, code, Permission.KIT_VIEW)


def stock_kit(request: StaffRequest, code: str) -> Kit:
    """A kit of a centre whose stock the person keeps, in stock or issued."""
    found = _of_stock(request, code).first()
    if found is None:
        raise Http404
    return found


def _of_stock(request: StaffRequest, code: str) -> QuerySet[Kit]:
    stocks = access.centres(request.user, Permission.KIT_STOCK)
    rows = Kit.objects.filter(centre__in=stocks, code=code).distinct()
    return rows.select_related("centre")


def case(request: StaffRequest, reference: str, permission: Permission) -> Case:
    """A case within reach."""
    rows = Case.objects.select_related("centre")
    return within_or_404(rows, request, permission, path="pk", reference=reference)


def centre(request: StaffRequest, permission: Permission) -> Centre:
    """The centre of this session, if the permission reaches that far."""
    found = request.membership.centre
    access.require(request.user, permission, found)
    return found


def request_of_centre(request: StaffRequest, reference: str) -> EvidenceRequest:
    """A request to a centre where the person sees them."""
    reached = requests.of_centre(request.user)
    return _asked(reached, request, Permission.REQUEST_VIEW, reference)


def emergency(request: StaffRequest, reference: str) -> EvidenceRequest:
    """A request on which something was released as an emergency, for its review."""
    reached = requests.emergencies(request.user)
    return _asked(reached, request, Permission.EMERGENCY_REVIEW, reference)


def own_request(request: StaffRequest, reference: str) -> EvidenceRequest:
    """A request the person made, or is named to collect."""
    reached = requests.own(request.user)
    return _asked(reached, request, Permission.EVIDENCE_REQUEST, reference)


def _asked(
    reached: QuerySet[EvidenceRequest],
    request: StaffRequest,
    permission: Permission,
    reference: str,
) -> EvidenceRequest:
    wanted = references.normalise(reference)
    return one_or_404(
        reached.filter(reference=wanted),
        requests.lines_named(wanted),
        request,
        permission,
        path="match__case",
    )
