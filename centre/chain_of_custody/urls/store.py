"""Addresses of the evidence store. Codes are random and tell nothing."""

from django.urls import URLPattern, path

from centre.chain_of_custody.rules.moves import Thing
from centre.chain_of_custody.views import (
    acts,
    attachments,
    backlog,
    bundles,
    case,
    chasing,
    dashboard,
    exceptions,
    inventory,
    papers,
    plan,
    seal_log,
    spot_checks,
    store,
    things,
)


def _acts() -> list[URLPattern]:
    """One address for each act on a kit and on an item."""
    return [
        path(
            f"custody/{thing}s/<str:code>/{doing.word}/",
            acts.act,
            {"doing": doing, "thing": thing},
            name=doing.name(thing),
        )
        for doing in (*acts.ACTS, *exceptions.EXCEPTIONS)
        for thing in doing.things
    ]


urlpatterns = [
    path("custody/store/", store.store, name="store"),
    path("custody/glance/", dashboard.dashboard, name="dashboard"),
    path("custody/stock/", store.stock, name="stock"),
    path("custody/stock/threshold/", store.threshold, name="set_threshold"),
    path(
        "custody/documents/<uuid:key>/",
        attachments.document,
        name="custody_document",
    ),
    path("custody/unfetched/", chasing.unfetched, name="unfetched"),
    path(
        "custody/items/<str:code>/chase/",
        chasing.chase,
        {"thing": Thing.ITEM},
        name="chase_item",
    ),
    path(
        "custody/kits/<str:code>/chase/",
        chasing.chase,
        {"thing": Thing.KIT},
        name="chase_kit",
    ),
    path("custody/seals/", seal_log.seal_log, name="seal_log"),
    path("custody/seals/print/", seal_log.print_seal_log, name="print_seal_log"),
    path("custody/places/", store.places, name="places"),
    path("custody/spot-checks/", spot_checks.spot_checks, name="spot_checks"),
    path(
        "custody/spot-checks/<str:number>/", spot_checks.spot_check, name="spot_check"
    ),
    path(
        "custody/spot-checks/<str:number>/paper/",
        spot_checks.spot_check_paper,
        name="spot_check_paper",
    ),
    path("custody/inventories/", inventory.inventories, name="inventories"),
    path("custody/inventories/<uuid:key>/", inventory.inventory, name="inventory"),
    path(
        "custody/inventories/<uuid:key>/close/",
        inventory.close,
        name="close_inventory",
    ),
    path("custody/old/", backlog.backlog, name="backlog"),
    path("custody/old/template/", backlog.backlog_template, name="backlog_template"),
    path("custody/old/drafts/<uuid:key>/", backlog.draft, name="backlog_draft"),
    path(
        "custody/old/drafts/<uuid:key>/scan/", backlog.add_scan, name="add_backlog_scan"
    ),
    path("custody/old/drafts/<uuid:key>/drop/", backlog.drop, name="drop_backlog"),
    path("custody/old/lists/<str:number>/", backlog.backlog_list, name="backlog_list"),
    path(
        "custody/old/lists/<str:number>/labels/", backlog.labels, name="backlog_labels"
    ),
    path("custody/old/scans/<uuid:key>/", backlog.scan, name="backlog_scan"),
    path(
        "custody/places/<str:code>/temperature/",
        exceptions.temperature,
        name="temperature",
    ),
    path("custody/places/<str:code>/label/", papers.place_label, name="label_place"),
    path("custody/cases/<str:reference>/", case.evidence, name="case_evidence"),
    path("custody/cases/<str:reference>/issue-kit/", case.issue_kit, name="issue_kit"),
    path(
        "custody/cases/<str:reference>/plan/",
        plan.collection_plan,
        name="collection_plan",
    ),
    path(
        "custody/cases/<str:reference>/collect/", case.collect_item, name="collect_item"
    ),
    path(
        "custody/cases/<str:reference>/not-taken/",
        case.note_not_taken,
        name="note_not_taken",
    ),
    path(
        "custody/cases/<str:reference>/labels/", papers.case_labels, name="case_labels"
    ),
    path("custody/items/<str:code>/", things.item, name="item"),
    path("custody/kits/<str:code>/", things.kit, name="kit"),
    *_acts(),
    path(
        "custody/items/<str:code>/print-label/",
        papers.label,
        {"thing": Thing.ITEM},
        name="print_label_item",
    ),
    path(
        "custody/kits/<str:code>/print-label/",
        papers.label,
        {"thing": Thing.KIT},
        name="print_label_kit",
    ),
    path(
        "custody/items/<str:code>/report/",
        papers.report,
        {"thing": Thing.ITEM},
        name="report_item",
    ),
    path(
        "custody/kits/<str:code>/report/",
        papers.report,
        {"thing": Thing.KIT},
        name="report_kit",
    ),
    path(
        "custody/items/<str:code>/export/",
        bundles.export,
        {"thing": Thing.ITEM},
        name="export_item",
    ),
    path(
        "custody/kits/<str:code>/export/",
        bundles.export,
        {"thing": Thing.KIT},
        name="export_kit",
    ),
    path(
        "custody/items/<str:code>/provenance/",
        papers.export_provenance,
        {"thing": Thing.ITEM},
        name="provenance_item",
    ),
    path(
        "custody/kits/<str:code>/provenance/",
        papers.export_provenance,
        {"thing": Thing.KIT},
        name="provenance_kit",
    ),
    path("custody/reports/<str:number>/certificate/", papers.certify, name="certify"),
    path("custody/reports/<str:number>/", papers.report_again, name="report_again"),
    path(
        "custody/discrepancies/<uuid:event>/resolve/",
        acts.resolve_discrepancy,
        name="resolve_discrepancy",
    ),
]
