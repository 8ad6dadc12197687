"""Lists of invented old things, as the tests upload them."""

from __future__ import annotations

import csv
import io

from centre.chain_of_custody.rules.backlog_file import NAMES


def sheet(*rows, heading=NAMES):
    """A CSV file of these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, heading, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def old(number, place, **more):
    """One row of an invented old kit."""
    return {
        "old_number": number,
        "case_mark": "",
        "kind": "kit",
        "site": "",
        "description": "Invented box with a blue label",
        "collected_on": "2019-03-14",
        "collected_by": "N. Invented",
        "received_on": "2019-03",
        "seal": f"OLD{number}",
        "place": place.code,
        "reporting": "unreported",
        "police_number": "",
        "gaps": "none",
        "register": "Invented register, book 2",
        "page": "page 17, line 4",
        "written_by": "unknown",
        "scan": "",
        **more,
    }
