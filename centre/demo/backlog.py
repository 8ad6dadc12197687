"""Old kits in the demo: from an invented register, through the same list as any."""

from __future__ import annotations

import csv
import io
from typing import Final

from centre.chain_of_custody.actions.backlog import take_over_backlog
from centre.chain_of_custody.actions.backlog_drafts import begin_draft
from centre.chain_of_custody.rules.backlog_file import NAMES
from centre.core.models import Centre, User
from centre.demo.cast import code_now
from centre.demo.furniture import Furniture

_REGISTER: Final = {
    "register": "Invented store register, book 1",
    "written_by": "unknown",
}
_OLD: Final[tuple[dict[str, str], ...]] = (
    {
        "old_number": "17/2019",
        "kind": "kit",
        "description": "Brown box, lid taped, blue label",
        "collected_on": "2019-03-14",
        "collected_by": "the night nurse, no name given",
        "received_on": "2019-03-15",
        "seal": "OLD-004417",
        "reporting": "reported",
        "police_number": "OB 31/2019",
        "gaps": "14 to 15 March 2019: not known who had it",
        "page": "page 9, line 2",
    },
    {
        "old_number": "22/2019",
        "case_mark": "22",
        "kind": "cloth-outer",
        "description": "Paper bag, two pieces of clothing",
        "collected_on": "2019-06",
        "collected_by": "unknown",
        "received_on": "unknown",
        "seal": "none",
        "reporting": "unreported",
        "gaps": "not known who had it before it lay on the shelf",
        "page": "page 11, line 5",
    },
    {
        "old_number": "22/2019 B",
        "case_mark": "22",
        "kind": "oral-sw",
        "site": "mouth",
        "description": "Envelope with two swabs",
        "collected_on": "2019-06",
        "collected_by": "unknown",
        "received_on": "unknown",
        "seal": "OLD-004431",
        "reporting": "unreported",
        "gaps": "none",
        "page": "page 11, line 6",
    },
)


def old_kits(centre: Centre, people: dict[str, User], furniture: Furniture) -> None:
    """Three things of an old register, taken over and signed by the coordinator."""
    dora = people["dora"]
    text = io.StringIO()
    sheet = csv.DictWriter(text, NAMES, restval="")
    sheet.writeheader()
    sheet.writerows({**_REGISTER, "place": furniture.shelf.code, **row} for row in _OLD)
    content = text.getvalue().encode()
    draft = begin_draft(centre=centre, content=content, by=dora)
    take_over_backlog(draft=draft, code=code_now("dora"), by=dora)
