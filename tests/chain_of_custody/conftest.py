"""Furniture of the store: every thing here was made by the acts themselves."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions import handover, laboratory, signed
from centre.chain_of_custody.actions.backlog import take_over_backlog
from centre.chain_of_custody.actions.backlog_drafts import begin_draft
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.core import clock, totp
from centre.core.actions import approvals, passkeys, people
from centre.core.models import ConsentConversation, ConsentDecision, TotpDevice
from centre.ledger.kinds import Kind
from tests.chain_of_custody.backlog_lists import sheet
from tests.conftest import enrol
from tests.soft_key import ORIGIN, SoftKey

POLICE = "agency:riverside-police"


@pytest.fixture
def decide(nurse):
    """Let the survivor decide on items of consent, in a talk of their own."""
    from centre.core import journal

    def talked(case, at, by):
        talk = ConsentConversation.objects.create(
            case=case,
            reference=secrets.token_hex(5),
            begun_at=at,
            signed_at=at,
            explained_by=by,
            wording="en-1",
            wording_sha256="0" * 64,
            decision_maker="survivor",
            is_free_of_pressure=True,
            details={},
        )
        journal.record(Kind.CONSENT_DISCUSSED, by=by, on=case, at=at, row=talk)
        return talk

    def decided(case, *items, state="given", recipient="centre", purpose="", by=None):
        at, by = clock.now(), by or nurse
        talk = talked(case, at, by)
        before = ConsentDecision.objects.filter(case=case).count()
        for number, item in enumerate(items, before + 1):
            decision = ConsentDecision.objects.create(
                case=case,
                conversation=talk,
                number=number,
                item=item,
                recipient=recipient,
                purpose=purpose,
                state=state,
                valid_from=at,
                decided_at=at,
                taken_by=by,
                details={},
            )
            journal.record(Kind.CONSENT_GIVEN, by=by, on=case, at=at, row=decision)

    return decided


@pytest.fixture
def consented(case, decide):
    """The survivor agrees to samples, and to handing them to the police."""
    decide(case, "C08", "C09", "C10", "C11", "C12")
    decide(case, "C18", recipient=POLICE, purpose="investigation")
    return case


@pytest.fixture
def fridge(centre, custodian):
    """A refrigerator in the store room."""
    room = actions.open_location(
        centre=centre, name="Store room", kind="room", storage_class="AMB", by=custodian
    )
    return actions.open_location(
        centre=centre,
        name="Refrigerator 1",
        kind="unit",
        parent=room,
        storage_class="REF",
        by=custodian,
    )


@pytest.fixture
def shelf(centre, custodian):
    """A dry shelf."""
    return actions.open_location(
        centre=centre, name="Shelf 1", kind="shelf", storage_class="AMB", by=custodian
    )


@pytest.fixture
def stocked_kit(centre, custodian):
    """A kit in stock."""
    return actions.stock_kit(centre=centre, kind="adult", lot="L-7", by=custodian)


@pytest.fixture
def kit(stocked_kit, consented, nurse):
    """A kit that is open for collection."""
    actions.issue_kit(kit=stocked_kit, case=consented, is_intact=True, by=nurse)
    actions.open_kit(kit=stocked_kit, seal_was_intact=True, by=nurse)
    return stocked_kit


@pytest.fixture
def collect(consented, nurse):
    """Collect a sample of the case."""

    def collected(specimen="VULV-SW", site="vulva", kit=None, **more):
        given = {"side": "", "method": "wet_dry", "collected_at": clock.now(), **more}
        return actions.collect_item(
            case=consented, kit=kit, specimen=specimen, site=site, by=nurse, **given
        )

    return collected


@pytest.fixture
def seal_up(nurse):
    """Package, label and seal an item."""

    def sealed(item, number):
        packaging = "leak_proof" if item.kind.wet else "paper_envelope"
        actions.package_item(item=item, packaging=packaging, is_dry=True, by=nurse)
        actions.label_item(item=item, scanned=item.code, by=nurse)
        actions.seal_item(item=item, seal=number, kind="tape", by=nurse)
        return item

    return sealed


@pytest.fixture
def sealed_item(collect, seal_up):
    """An item under seal A1, still with the nurse."""
    return seal_up(collect(), "A1")


@pytest.fixture
def stored_item(sealed_item, shelf, custodian):
    """The same item on a shelf."""
    actions.store(package=sealed_item, place=shelf, by=custodian)
    return sealed_item


@pytest.fixture
def sealed_kit(kit, collect, seal_up, nurse):
    """A kit under seal K1 with two items in it."""
    items = [
        seal_up(collect(kit=kit), "A1"),
        seal_up(collect("ORAL-SW", "mouth", kit=kit), "A2"),
    ]
    for item in items:
        actions.add_to_kit(item=item, kit=kit, by=nurse)
    codes = [item.code for item in items]
    actions.seal_kit(kit=kit, scanned=codes, seal="K1", kind="tape", by=nurse)
    return kit


@pytest.fixture
def terms():
    """To the police, for an investigation, on the survivor's consent."""
    return actions.Terms(
        recipient=POLICE,
        organisation="Riverside Police",
        purpose="investigation",
        basis=Basis.CONSENT,
        basis_text="Line 1 of the request",
    )


@pytest.fixture
def offered(stored_item, custodian, investigator, terms):
    """A transfer of the stored item, released to the investigator."""
    return actions.release_transfer(
        case=stored_item.case,
        lines=[actions.Line(stored_item)],
        seals={stored_item.code: "A1"},
        terms=terms,
        receiver=investigator,
        by=custodian,
    )


@pytest.fixture
def again(stored_item, custodian, investigator, terms):
    """Release the stored item once more, to the same receiver."""

    def released(**more):
        return actions.release_transfer(
            case=stored_item.case,
            lines=[actions.Line(stored_item)],
            seals={stored_item.code: "A1"},
            terms=terms,
            **{"receiver": investigator, "by": custodian, **more},
        )

    return released


@pytest.fixture
def later(monday):
    """Let time pass."""

    def pass_by(**how):
        monday.shift(timedelta(**how))

    return pass_by


@pytest.fixture
def outsider():
    """An officer without an account, as her papers say."""
    return actions.Outsider(
        name="Otieno Ouma",
        rank="Sergeant",
        organisation="Riverside Police",
        identity_kind="service_card",
        identity_last4="8841",
    )


@pytest.fixture
def courier():
    """Who carries it, with the vehicle."""
    return actions.Courier(
        name="Mwangi Muli",
        organisation="County Couriers",
        identity_kind="national_id",
        identity_last4="0042",
        carried_by="Van KDA 123X",
    )


@pytest.fixture
def drawn():
    """A signature drawn on the screen: one short stroke."""
    return actions.Sign(method="drawn", strokes=[[[10, 20], [30, 40]]])


@pytest.fixture
def to_hand_out(stored_item, custodian, terms):
    """A transfer of the stored item for a receiver without an account."""
    return actions.release_transfer(
        case=stored_item.case,
        lines=[actions.Line(stored_item)],
        seals={stored_item.code: "A1"},
        terms=terms,
        by=custodian,
    )


@pytest.fixture
def lab(centre):
    """The reception of a laboratory, with an account."""
    from centre.core.permissions import Role

    return enrol("lara", "Lara Langat", Role.LAB, centre)


@pytest.fixture
def second_custodian(centre):
    """A colleague in the store."""
    from centre.core.permissions import Role

    return enrol("kendi", "Kendi Karani", Role.CUSTODIAN, centre)


@pytest.fixture
def received(offered, stored_item, investigator):
    """The item in the investigator's hands."""
    seen = {stored_item.code: Seen("A1")}
    return actions.receive_transfer(transfer=offered, seen=seen, by=investigator)


@pytest.fixture
def codes(monday):
    """Give people a second factor; hands out the code a phone shows."""

    def code(user):
        device = TotpDevice.objects.filter(user=user).first()
        if device is None or device.confirmed_at is None:
            device = people.begin_factor(by=user)
            people.confirm_factor(by=user, code=totp.code_at(device.seed, clock.now()))
        monday.shift(timedelta(seconds=30))
        return totp.code_at(TotpDevice.objects.get(user=user).seed, clock.now())

    return code


@pytest.fixture
def signs(monkeypatch):
    """One-time codes are tried in the tests of sign-in; here one word signs."""
    for room in (signed, handover, laboratory, approvals):
        monkeypatch.setattr(room, "check_factor", lambda *, by, code: code == "good")


@pytest.fixture
def keyed(monkeypatch, settings):
    """Give a person a security key; the centre is reached by a name."""
    settings.CENTRE_ORIGIN = ORIGIN

    def register(person):
        key = SoftKey()
        with monkeypatch.context() as patched:
            patched.setattr(approvals, "check_factor", lambda *, by, code: True)
            passkeys.register_passkey(
                by=person,
                name="Blue key",
                credential=key.registered(bytes(32)),
                challenge=bytes(32),
                code="",
            )
        return key

    return register


@pytest.fixture
def upload(centre, custodian):
    """Upload a list of these rows."""

    def uploaded(*rows):
        return begin_draft(centre=centre, content=sheet(*rows), by=custodian)

    return uploaded


@pytest.fixture
def sign(custodian, codes):
    """Take a list over, signed by the custodian."""

    def signed(draft):
        code = codes(custodian)
        TotpDevice.objects.filter(user=custodian).update(last_step=-1)
        return take_over_backlog(draft=draft, code=code, by=custodian)

    return signed


@pytest.fixture
def take_over(upload, sign):
    """Take these rows over; hands back the items in their order."""

    def taken(*rows):
        made = sign(upload(*rows))
        return [row.item for row in made.numbers.order_by("row")]

    return taken
