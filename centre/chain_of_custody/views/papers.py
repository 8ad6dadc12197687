"""Papers: labels to stick on, and the custody report."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody import actions, documents
from centre.chain_of_custody.actions import reports
from centre.chain_of_custody.actions.certify import certify_report
from centre.chain_of_custody.models import IssuedReport, Location
from centre.chain_of_custody.provenance import MEDIA_TYPE
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.record_certificates import GENERIC
from centre.chain_of_custody.rules.moves import Thing
from centre.chain_of_custody.rules.profiles import Profile
from centre.chain_of_custody.views import doors
from centre.core.http import StaffRequest, within_or_404
from centre.core.paper import STOCKS
from centre.core.permissions import Permission

SHEET = "sheet"


@require_http_methods(["POST"])
def report(request: StaffRequest, code: str, *, thing: Thing) -> HttpResponse:
    """The custody report of one kit or item, for one of its readers."""
    profile = request.POST.get("profile", Profile.COURT)
    her = profile == Profile.SURVIVOR
    permission = Permission.ITEM_VIEW if her else Permission.CUSTODY_REPORT
    package = doors.package(request, thing, code, permission)
    told = actions.print_report(package=package, by=request.user, profile=profile)
    return _paper(documents.custody_report(told), f"custody-{code}")


@require_http_methods(["POST"])
def report_again(request: StaffRequest, number: str) -> HttpResponse:
    """One more copy of a report, to the same body."""
    issued = within_or_404(
        IssuedReport.objects.select_related("case__centre", "kit", "item", "issued_by"),
        request,
        Permission.CUSTODY_REPORT,
        number=number,
    )
    told = actions.reprint_report(issued=issued, by=request.user)
    return _paper(documents.custody_report(told), f"custody-{issued.package.code}")


@require_http_methods(["POST"])
def certify(request: StaffRequest, number: str) -> HttpResponse:
    """The certificate that one law asks for beside a report."""
    issued = within_or_404(
        IssuedReport.objects.select_related("case__centre", "kit", "item", "issued_by"),
        request,
        Permission.CUSTODY_REPORT,
        number=number,
    )
    report = actions.reprint_report(issued=issued, by=request.user)
    told = certify_report(
        issued=issued,
        form=request.POST.get("form", GENERIC),
        digest=documents.body_digest(report),
        by=request.user,
    )
    return _paper(documents.record_certificate(told), f"certificate-{number}")


@require_http_methods(["POST"])
def export_provenance(
    request: StaffRequest, code: str, *, thing: Thing
) -> HttpResponse:
    """One thing's provenance for other systems."""
    package = doors.package(request, thing, code, Permission.CUSTODY_REPORT)
    content = reports.export_provenance(package=package, by=request.user)
    name = f'attachment; filename="provenance-{code}.jsonld"'
    return HttpResponse(
        content, content_type=MEDIA_TYPE, headers={"Content-Disposition": name}
    )


@require_http_methods(["POST"])
def label(request: StaffRequest, code: str, *, thing: Thing) -> HttpResponse:
    """The label of one kit or item."""
    package: Package
    if thing is Thing.ITEM:
        package = doors.item(request, code, Permission.ITEM_LABEL)
    else:
        package = doors.kit_or_stock(request, code)
    is_outer = request.POST.get("which") == "outer"
    made = actions.print_labels(packages=[package], by=request.user, is_outer=is_outer)
    return _paper(documents.labels(made, label_stock_of(request)), f"label-{code}")


@require_http_methods(["POST"])
def case_labels(request: StaffRequest, reference: str) -> HttpResponse:
    """The labels of all items of a case that are not sealed yet."""
    case = doors.case(request, reference, Permission.ITEM_LABEL)
    made = actions.print_case_labels(case=case, by=request.user)
    return _paper(
        documents.labels(made, label_stock_of(request)), f"labels-{reference}"
    )


@require_http_methods(["POST"])
def place_label(request: StaffRequest, code: str) -> HttpResponse:
    """The label of one place of the store."""
    centre = doors.centre(request, Permission.LOCATION_OPEN)
    place = Location.objects.filter(centre=centre, code=code).first()
    if place is None:
        raise Http404
    return _paper(
        documents.labels(
            actions.print_place_label(place=place, by=request.user),
            label_stock_of(request),
        ),
        f"place-{code}",
    )


def label_stock_of(request: StaffRequest) -> str:
    """What the labels are printed on; the A4 sheet unless another is chosen."""
    chosen = request.POST.get("stock", "")
    return chosen if chosen in STOCKS else SHEET


def _paper(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
