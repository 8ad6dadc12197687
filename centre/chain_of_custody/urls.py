"""Addresses of the evidence store. Codes are random and tell nothing."""

from django.urls import URLPattern, path

from centre.chain_of_custody.rules.moves import Thing
from centre.chain_of_custody.views import acts, case, papers, store, things


def _acts() -> list[URLPattern]:
    """One address for each act on a kit and on an item."""
    return [
        path(
            f"{thing}s/<str:code>/{doing.word}/",
            acts.act,
            {"doing": doing, "thing": thing},
            name=doing.name(thing),
        )
        for doing in acts.ACTS
        for thing in doing.things
    ]


urlpatterns = [
    path("store/", store.store, name="store"),
    path("stock/", store.stock, name="stock"),
    path("places/", store.places, name="places"),
    path("places/<str:code>/label/", papers.place_label, name="label_place"),
    path("cases/<str:reference>/", case.evidence, name="case_evidence"),
    path("cases/<str:reference>/issue-kit/", case.issue_kit, name="issue_kit"),
    path("cases/<str:reference>/collect/", case.collect_item, name="collect_item"),
    path(
        "cases/<str:reference>/not-taken/",
        case.note_not_taken,
        name="note_not_taken",
    ),
    path("cases/<str:reference>/labels/", papers.case_labels, name="case_labels"),
    path("items/<str:code>/", things.item, name="item"),
    path("kits/<str:code>/", things.kit, name="kit"),
    *_acts(),
    path(
        "items/<str:code>/print-label/",
        papers.label,
        {"thing": Thing.ITEM},
        name="print_label_item",
    ),
    path(
        "kits/<str:code>/print-label/",
        papers.label,
        {"thing": Thing.KIT},
        name="print_label_kit",
    ),
    path(
        "items/<str:code>/report/",
        papers.report,
        {"thing": Thing.ITEM},
        name="report_item",
    ),
    path(
        "kits/<str:code>/report/",
        papers.report,
        {"thing": Thing.KIT},
        name="report_kit",
    ),
    path(
        "discrepancies/<uuid:event>/resolve/",
        acts.resolve_discrepancy,
        name="resolve_discrepancy",
    ),
]
