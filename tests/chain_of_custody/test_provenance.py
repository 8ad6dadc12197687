"""Provenance for other systems conforms to the ontology's own shapes."""

from __future__ import annotations

import json

import pytest

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.reports import export_provenance
from centre.chain_of_custody.queries.history import history
from centre.chain_of_custody.rules.checks import Seen
from centre.core.errors import AccessError
from centre.ledger.models import Entry


def graph_of(content):
    return json.loads(content)["@graph"]


def of_kind(content, kind):
    return [node for node in graph_of(content) if node["@type"] == kind]


@pytest.fixture
def handed_over(offered, stored_item, investigator):
    actions.receive_transfer(
        transfer=offered, seen={stored_item.code: Seen("A1")}, by=investigator
    )
    return stored_item


def conforms(content, folder):
    """Whether the ontology's shapes accept it, and what they say if not."""
    from case_utils.case_validate import validate

    path = folder / "provenance.jsonld"
    path.write_bytes(content)
    result = validate(str(path), case_version="case-1.4.0", inference="none")
    return result.conforms, result.text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("which", ["handed_over", "sealed_kit"])
def test_the_export_conforms_to_the_ontologys_shapes(
    which, custodian, tmp_path, request
):
    package = request.getfixturevalue(which)
    content = export_provenance(package=package, by=custodian)
    sound, says = conforms(content, tmp_path)

    assert sound, says


@pytest.mark.filterwarnings("ignore")
def test_what_is_no_provenance_does_not_conform(handed_over, custodian, tmp_path):
    content = export_provenance(package=handed_over, by=custodian)
    spoilt = content.replace(b"investigation:wasInformedBy", b"investigation:wasTold")

    assert not conforms(spoilt, tmp_path)[0]


def test_every_event_is_an_action_informed_by_the_one_before(handed_over, custodian):
    content = export_provenance(package=handed_over, by=custodian)
    acts = of_kind(content, "investigation:InvestigativeAction")

    assert [a["core:name"] for a in acts] == [
        line.event.get_move_display() for line in history(handed_over)
    ]
    informed = [a.get("investigation:wasInformedBy", {}).get("@id") for a in acts]
    assert informed == [None, *[a["@id"] for a in acts[:-1]]]
    last = Entry.objects.get(kind="transfer.received")
    assert bytes(last.leaf).hex() in acts[-1]["core:description"]


def test_the_ground_of_the_release_is_an_authorization(handed_over, custodian):
    content = export_provenance(package=handed_over, by=custodian)
    [ground] = of_kind(content, "investigation:Authorization")

    assert ground["investigation:authorizationType"] == "consent"


def test_the_export_is_written_into_the_things_own_stream(handed_over, custodian):
    export_provenance(package=handed_over, by=custodian)

    newest = Entry.objects.filter(stream=handed_over.pk.bytes).latest("sseq")
    assert newest.kind == "export.made"


def test_the_same_dossier_gives_the_same_bytes(handed_over, custodian):
    first = export_provenance(package=handed_over, by=custodian)

    assert export_provenance(package=handed_over, by=custodian) == first


def test_only_the_custodian_exports(handed_over, nurse):
    with pytest.raises(AccessError):
        export_provenance(package=handed_over, by=nurse)
