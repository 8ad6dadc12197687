"""The card of the adult of the demo, whose code and number anybody here may know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from django.conf import settings

from centre.demo.steps import Visit
from centre.portal.actions import cards

PIN: Final = "482915"


def card(visit: Visit) -> None:
    """Her card, made by the nurse, with the number she chose; kept beside the keys."""
    made = cards.make_card(case=visit.case, pin=PIN, again=PIN, by=visit.who("nadia"))
    _path().write_text(json.dumps({"code": made.code, "pin": PIN}), encoding="utf-8")


def kept() -> dict[str, str]:
    """Code and number of the demo's card; empty if there is none."""
    path = _path()
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _path() -> Path:
    return Path(settings.CENTRE_HOME) / "demo-card.json"
