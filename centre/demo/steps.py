"""The steps every visit of the demo takes, each by the act a person would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from centre.chain_of_custody import actions as custody
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.core import clock
from centre.core.actions.cases import join_care_team, open_case
from centre.core.consent_items import ITEMS
from centre.core.models import Case, Centre, User
from centre.demo.filling import fill
from centre.demo.furniture import Furniture
from centre.forensics import actions as forensics
from centre.intake.actions import consent as consent_actions
from centre.intake.actions import forms, identity
from centre.intake.rules.consent import INFO_POINTS, Decision
from centre.intake.rules.forms import PACK_OF, Form
from centre.packs.partial import read
from centre.packs.read import load

if TYPE_CHECKING:
    from centre.chain_of_custody.models import Item, Kit
    from centre.forensics.models import Examination

ZONE: Final = ZoneInfo("Africa/Nairobi")
STEPS: Final = ("C01", "C02", "C03", "C04", "C05", "C06a", "C06b", "C06c", "C07",
                "C08", "C09", "C10", "C11", "C12", "C13", "C14")  # fmt: skip
SEAL_KIND: Final = "bag"


@dataclass(frozen=True)
class Visit:
    """One survivor's visit under way."""

    centre: Centre
    people: dict[str, User]
    furniture: Furniture
    case: Case

    def who(self, name: str) -> User:
        """One of the cast."""
        return self.people[name]


def arrive(
    centre: Centre,
    people: dict[str, User],
    furniture: Furniture,
    *,
    registration: str,
    age_band: str,
) -> Visit:
    """The nurse opens a case and asks the clinician and the counsellor to join."""
    nurse = people["nadia"]
    case = open_case(
        centre=centre, registration=registration, age_band=age_band, by=nurse
    )
    for name in ("clara", "coral"):
        join_care_team(case=case, user=people[name], by=nurse)
    return Visit(centre, people, furniture, case)


def told(hours_ago: float, *, is_about: bool = False) -> dict[str, Any]:
    """A moment so many hours ago, to the minute, as the forms keep it."""
    moment = clock.now() - timedelta(hours=hours_ago)
    local = moment.astimezone(ZONE)
    return read(f"{local:%Y-%m-%d %H:%M}", ZONE, is_about=is_about).to_json()


def fill_form(visit: Visit, form: Form, given: Mapping[str, Any]) -> None:
    """Keep and finish triage or intake."""
    nurse = visit.who("nadia")

    def keep(section: str, answers: dict[str, Any]) -> None:
        forms.keep_section(
            case=visit.case,
            form=form,
            section=section,
            content={"answers": answers},
            revision=0,
            by=nurse,
        )

    fill(load(PACK_OF[form]), given, forms.facts_of(visit.case), keep)
    forms.complete_form(case=visit.case, form=form, by=nurse)


def name_her(visit: Visit, **details: str) -> None:
    """Keep who she is."""
    identity.keep_identity(case=visit.case, details=details, by=visit.who("nadia"))


def reach_her(visit: Visit, **details: str) -> None:
    """Keep the safe way to reach her."""
    identity.keep_contact(case=visit.case, details=details, by=visit.who("nadia"))


def talk(
    visit: Visit,
    *,
    steps: Iterable[str],
    told_to: Sequence[tuple[str, str, str, str]],
    header: Mapping[str, Any],
    by: str = "nadia",
) -> None:
    """Talk about consent and sign: steps given here, the rest of them declined."""
    given = set(steps)
    decisions = [
        Decision(code, "centre", "", "given" if code in given else "declined")
        for code in ITEMS
        if ITEMS[code].kind in {"step", "choice"} and (code in STEPS or code in given)
    ]
    decisions += [Decision(*line) for line in told_to]
    consent_actions.sign_conversation(
        case=visit.case,
        about=uuid4(),
        header={
            "place": "private_room",
            "language": "Kiswahili",
            "interpreter": "none_needed",
            "people_present": "nobody",
            "info_points": list(INFO_POINTS),
            "read_aloud": "yes",
            **header,
        },
        decisions=decisions,
        signing={
            "teachback": "She said in her own words what she agreed to.",
            "is_free_of_pressure": "yes",
            "signature_method": "ink",
            "signed_by": "the survivor",
            "copy_given": "declined_safety",
        },
        by=visit.who(by),
    )


def examine(
    visit: Visit, pack: str, given: Mapping[str, Any], *, by: str
) -> Examination:
    """Begin an examination and keep every section."""
    examiner = visit.who(by)
    found = forensics.begin_examination(case=visit.case, pack_name=pack, by=examiner)

    def keep(section: str, answers: dict[str, Any]) -> None:
        forensics.keep_section(
            examination=found,
            section=section,
            content={"answers": answers},
            revision=0,
            by=examiner,
        )

    fill(load(pack), given, forensics.facts_of(found), keep)
    return found


def open_kit_for(visit: Visit, kit: Kit, *, by: str) -> None:
    """Issue a kit to the case and open it at the bedside."""
    custody.issue_kit(kit=kit, case=visit.case, by=visit.who("kito"), is_intact=True)
    custody.open_kit(kit=kit, by=visit.who(by), seal_was_intact=True)


def seal_up(visit: Visit, item: Item, seal: str, *, packaging: str, by: str) -> None:
    """Package, label with scan-back, and seal one item."""
    examiner = visit.who(by)
    custody.package_item(item=item, packaging=packaging, is_dry=True, by=examiner)
    custody.label_item(item=item, scanned=payload(Mark.ITEM, item.code), by=examiner)
    custody.seal_item(item=item, seal=seal, kind=SEAL_KIND, by=examiner)


def close_kit(
    visit: Visit, kit: Kit, items: Sequence[Item], seal: str, by: str
) -> None:
    """Put the items into the kit and seal it, its content scanned."""
    examiner = visit.who(by)
    for item in items:
        custody.add_to_kit(item=item, kit=kit, by=examiner)
    scanned = [payload(Mark.ITEM, item.code) for item in items]
    custody.seal_kit(kit=kit, scanned=scanned, seal=seal, kind=SEAL_KIND, by=examiner)


def put_away(visit: Visit, *packages: Kit | Item) -> None:
    """The custodian puts packages on the shelf."""
    for package in packages:
        custody.store(
            package=package,
            place=visit.furniture.shelf,
            climate=custody.Climate(temperature="21"),
            by=visit.who("kito"),
        )
