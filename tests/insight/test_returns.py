"""A year's return: counted once, small numbers hidden, written down when it leaves."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions as custody
from centre.chain_of_custody.queries import yearly
from centre.chain_of_custody.rules import stations
from centre.chain_of_custody.rules.moves import Move
from centre.core import verification
from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessNote
from centre.insight import actions, documents, queries, suppression
from centre.insight.actions import Form
from centre.insight.models import Return
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry
from tests.chain_of_custody.test_corrections import any_code, void
from tests.pdf import text_of

__all__ = ["any_code", "void"]

NEXT_YEAR = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)
YEAR = 2026


@pytest.fixture
def over(kept, monday):
    """The year in which the items were taken is over."""
    monday.move_to(NEXT_YEAR)
    return kept


@pytest.fixture
def made(over, centre, coordinator):
    """The return of that year."""
    return actions.make_return(centre=centre, year=YEAR, by=coordinator)


def taken(browser, form):
    answer = browser.post(
        reverse("take_out_figures", kwargs={"year": YEAR}), {"as": form}
    )
    assert answer.status_code == 200
    return answer.content


def values(content):
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return {(row[2], row[3]): row[4] for row in rows}


def test_acceptance_28_small_cells_are_hidden_in_exports(made, browse, coordinator):
    """Five lie in the store, two with the examiner; the seven are of one case."""
    browser = browse(coordinator)
    found = values(taken(browser, "csv"))
    paper = " ".join(text_of(taken(browser, "pdf")).split())

    assert found["Kits and loose items taken", "In the store"] == "5"
    assert found["Kits and loose items taken", "With the examiner"] == "1 to 4"
    assert found["Kits and loose items taken", "Together"] == "6 or more"
    assert found["Cases with evidence taken", "Not reported"] == "1 to 4"
    assert "With the examiner 1 to 4" in paper
    assert "Together 6 or more" in paper


def test_without_hiding_the_export_would_tell(over, centre, coordinator, monkeypatch):
    """The negative control: the same figures, with nothing hidden."""
    monkeypatch.setattr(suppression, "is_small", lambda count: False)
    row = actions.make_return(centre=centre, year=YEAR, by=coordinator)
    told = actions.take_out(row=row, form=Form.FILE, by=coordinator)

    assert (
        values(documents.table(told))["Kits and loose items taken", "With the examiner"]
        == "2"
    )


def test_what_is_kept_of_a_return_tells_no_small_number_either(made):
    groups = suppression.figures_of(made.figures).groups
    told = {cell.told for group in groups for cell in group.cells}

    assert told == {"0", "5", "1 to 4"}


def test_a_year_that_is_not_over_cannot_be_told(kept, centre, coordinator):
    with pytest.raises(RuleError, match="a year that is over, 2025"):
        actions.make_return(centre=centre, year=YEAR, by=coordinator)
    assert not Return.objects.exists()


def test_the_year_ends_where_the_centre_is(kept, monday, centre, coordinator):
    """At 21:30 UTC on 31 December it is 2027 in Nairobi."""
    monday.move_to(datetime(2026, 12, 31, 21, 30, tzinfo=UTC))

    assert actions.make_return(centre=centre, year=YEAR, by=coordinator).year == YEAR


def test_a_year_is_told_once_whatever_comes_to_light_later(
    made, over, centre, shelf, custodian, coordinator
):
    custody.store(package=over[5], place=shelf, by=custodian)
    with pytest.raises(RuleError, match="made already"):
        actions.make_return(centre=centre, year=YEAR, by=coordinator)

    assert Return.objects.get().figures == made.figures


def test_what_happened_in_another_year_does_not_count(over, centre, coordinator):
    begins, ends = queries.year_of(centre, YEAR - 1)

    assert sum(yearly.whereabouts(centre, begins, ends).values()) == 0


def test_where_things_were_is_told_of_the_end_of_the_year(
    over, centre, shelf, custodian
):
    custody.store(package=over[5], place=shelf, by=custodian)
    found = yearly.whereabouts(centre, *queries.year_of(centre, YEAR))

    assert (found[stations.HERE], found[stations.EXAMINER]) == (5, 2)


def test_what_was_entered_in_error_does_not_count(
    over, centre, void, any_code, custodian
):
    stored = over[4].custody.get(move=Move.STORED)
    void(stored)
    begins, ends = queries.year_of(centre, YEAR)

    assert yearly.happened(centre, begins, ends, Move.STORED) == {Move.STORED: 4}
    assert yearly.whereabouts(centre, begins, ends)[stations.HERE] == 4


def test_another_centre_is_not_counted(over, centre_elsewhere):
    begins, ends = queries.year_of(centre_elsewhere, YEAR)

    assert sum(yearly.whereabouts(centre_elsewhere, begins, ends).values()) == 0


@pytest.mark.parametrize("who", ["nurse", "custodian"])
def test_others_may_not_tell_figures(who, over, centre, request):
    with pytest.raises(AccessError):
        actions.make_return(centre=centre, year=YEAR, by=request.getfixturevalue(who))


def test_each_time_a_return_leaves_is_written_down(made, auditor):
    before = Entry.objects.count()
    actions.take_out(row=made, form=Form.PAPER, by=auditor)

    assert Entry.objects.count() == before + 1
    assert AccessNote.objects.filter(
        user=auditor, kind=Kind.PRINTED, what=f"Return for {YEAR}"
    ).exists()


def test_the_page_refuses_a_year_in_a_sentence_and_makes_another(
    over, browse, coordinator
):
    browser, page = browse(coordinator), reverse("figures")
    refused = browser.post(page, {"year": "2027"})
    assert refused.status_code == 200
    assert "a year that is over" in refused.content.decode()
    assert 'value="2027"' in refused.content.decode()

    assert browser.post(page, {"year": str(YEAR)}).status_code == 302
    assert (
        "In the store"
        in browser.get(reverse("year_figures", kwargs={"year": YEAR})).content.decode()
    )


def test_a_cell_is_no_formula_to_a_spreadsheet(made, centre, coordinator):
    told = actions.take_out(row=made, form=Form.FILE, by=coordinator)
    named = type(centre)(name="=1+1", timezone=centre.timezone, code=centre.code)
    content = documents.table(type(told)(**{**vars(told), "centre": named})).decode(
        "utf-8-sig"
    )

    assert "\r\n'=1+1," in content


def test_a_return_stands_in_the_record(made):
    assert list(verification.faults()) == []


def test_the_figures_cost_the_same_however_much_there_is(
    over, centre, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        queries.figures(centre, *queries.year_of(centre, YEAR))
