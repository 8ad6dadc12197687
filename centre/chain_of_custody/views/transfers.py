"""Pages of one hand-over: where it stands, and the act of whichever side looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import segno
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions import signed
from centre.chain_of_custody.actions.receipts import look_at_transfer
from centre.chain_of_custody.forms import handover as forms
from centre.chain_of_custody.forms import handover_people as people
from centre.chain_of_custody.models import Transfer
from centre.chain_of_custody.queries import transfers as queries
from centre.chain_of_custody.rules.codes import Mark, payload, read_scan
from centre.chain_of_custody.rules.handover import Leg, Side, steps_of
from centre.chain_of_custody.views.confirming import after_transfer, say_done
from centre.core import access, clock
from centre.core.forms import ActionForm
from centre.core.http import StaffRequest, one_or_404
from centre.core.permissions import Permission

PAGE: Final = 50


@dataclass(frozen=True)
class Step:
    """An act on a hand-over as a page."""

    word: str
    title: str
    why: str
    button: str
    done: str
    form: type[ActionForm]
    action: Callable[..., Any]

    @property
    def name(self) -> str:
        """The name of its address."""
        return f"{self.word.replace('-', '_')}_transfer"


STEPS: Final = (
    Step(
        "receive",
        "Receive",
        "Scan every package and look at it. Type the number you read on its seal, not "
        "one you were told. Another number is written down as it is.",
        "Sign and receive",
        "Received and signed. The receipt is ready.",
        forms.ReceiveForm,
        signed.receive,
    ),
    Step(
        "refuse",
        "Do not accept",
        "It goes back to who released it, and somebody looks into the reason.",
        "Sign: not accepted",
        "Written down. It goes back to who released it.",
        forms.RefuseForm,
        signed.refuse,
    ),
    Step(
        "hand-out",
        "Hand out",
        "For a receiver without an account. She shows an identity paper and signs; a "
        "colleague stands beside you and types the seal numbers you read aloud.",
        "Sign and hand out",
        "Handed out and signed. Print the receipt for the receiver.",
        people.HandOutForm,
        signed.hand_out,
    ),
    Step(
        "pick-up",
        "Give to a courier",
        "From then on the courier answers for it, until the receiver signs.",
        "Sign: given to the courier",
        "The courier carries it now.",
        people.PickUpForm,
        signed.pick_up,
    ),
    Step(
        "cancel",
        "Cancel",
        "Only before anybody carried it away. Read every seal once more.",
        "Sign and cancel",
        "Cancelled. Everything is where it was before.",
        forms.CancelForm,
        signed.cancel,
    ),
    Step(
        "take-back",
        "Receive back",
        "Scan every package that came back and read its seal. Put it away afterwards.",
        "Sign and receive back",
        "Received back. Put it away now.",
        forms.ReceiveForm,
        signed.take_back,
    ),
)


@require_http_methods(["GET"])
def transfers(request: StaffRequest) -> HttpResponse:
    """The hand-overs one has a side of, or whose store one keeps; open ones first."""
    _require_a_side(request)
    rows = queries.listed(queries.within_reach(request.user))
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    centre = request.membership.centre
    page = {
        "page": found,
        "rows": queries.told(list(found), clock.now()),
        "may_print": access.holds(request.user, Permission.HANDOVER_OFFER, centre),
    }
    return render(request, "chain_of_custody/transfers.html", page)


@require_http_methods(["GET", "POST"])
def find_transfer(request: StaffRequest) -> HttpResponse:
    """Open a hand-over by the code on the other side's screen."""
    _require_a_side(request)
    form = forms.ScanForm(request.POST or None)
    if form.is_valid():
        code = read_scan(form.cleaned_data["code"])
        found = queries.within_reach(request.user).filter(code=code).first()
        if found is not None:
            return redirect("transfer", found.code)
        form.add_error(
            "code",
            "No hand-over to you has this code. Scan it once more, or ask the other "
            "side to name you as the receiver.",
        )
    return render(request, "chain_of_custody/find_transfer.html", {"form": form})


@require_http_methods(["GET"])
def transfer(request: StaffRequest, code: str) -> HttpResponse:
    """One hand-over: its code to scan, its exact set, and what comes next."""
    found = find(request, code)
    look_at_transfer(transfer=found, by=request.user)
    events = queries.events_of(found)
    leg = queries.leg_of(found)
    allowed = set(_words_of(request, found, leg))
    page = {
        "found": found,
        "leg": leg,
        "is_open": queries.is_open(found),
        "shows_code": queries.is_open(found)
        and queries.side_of(found, request.user) is not Side.RECEIVER,
        "is_received": leg in {Leg.RECEIVED, Leg.HANDED_OUT},
        "may_open_form": hasattr(found, "paper_form")
        and access.holds(request.user, Permission.ITEM_RELEASE, found.case),
        "is_late": hasattr(found, "overdue"),
        "due_at": queries.due_at(found),
        "packages": queries.packages_of(found),
        "events": events,
        "sides": queries.sides_of(found, events),
        "qr": _qr(found.code),
        "steps": [
            (s.title, reverse(s.name, args=[found.code]))
            for s in STEPS
            if s.word in allowed
        ],
    }
    return render(request, "chain_of_custody/transfer.html", page)


@require_http_methods(["GET", "POST"])
def step(request: StaffRequest, code: str, *, doing: Step) -> HttpResponse:
    """Do one act on a hand-over, from the side one stands on."""
    found = find(request, code)
    if doing.word not in _words_of(request, found, queries.leg_of(found)):
        return _not_now(request, found, doing)
    form = _form(request, found, doing)
    if form.perform(doing.action, transfer=found, by=request.user):
        say_done(request, doing.done, [found])
        here = reverse("transfer", args=[found.code])
        return redirect(after_transfer([found], back=here, by=request.user))
    page = {
        "found": found,
        "form": form,
        "doing": doing,
        "packages": queries.travelling_packages(found),
    }
    return render(request, "chain_of_custody/transfer_act.html", page)


def find(request: StaffRequest, code: str) -> Transfer:
    """A hand-over the person has a side of, or the one 404 there is."""
    wanted = read_scan(code)
    found = one_or_404(
        queries.within_reach(request.user).filter(code=wanted),
        Transfer.objects.filter(code=wanted),
        request,
        Permission.ITEM_RECEIVE,
    )
    _require_a_side(request)
    return found


def _require_a_side(request: StaffRequest) -> None:
    centre = request.membership.centre
    access.require(request.user, Permission.ITEM_RECEIVE, centre)


def _words_of(request: StaffRequest, found: Transfer, leg: Leg) -> tuple[str, ...]:
    return steps_of(
        leg,
        queries.side_of(found, request.user),
        has_account=found.receiver_id is not None,
        is_back=queries.is_back(found),
    )


def _not_now(request: StaffRequest, found: Transfer, doing: Step) -> HttpResponse:
    """A second press, or another person was quicker: say where it stands."""
    leg = queries.leg_of(found)
    messages.warning(
        request,
        f"“{doing.title}” is not possible here now. The hand-over stands so: "
        f"{leg.words.lower()}.",
    )
    return redirect("transfer", found.code)


def _form(request: StaffRequest, found: Transfer, doing: Step) -> ActionForm:
    more: dict[str, Any] = {}
    if issubclass(doing.form, forms.SeenSet):
        more["packages"] = queries.travelling_packages(found)
    if issubclass(doing.form, people.HandOutForm):
        more |= {"by": request.user, "centre": found.case.centre}
    return doing.form(request.POST or None, **more)


def _qr(code: str) -> str:
    """The code of the hand-over, to be scanned from this screen by the other side."""
    made = segno.make(payload(Mark.TRANSFER, code), error="q")
    return made.svg_inline(scale=6, border=4, dark="#000", light="#fff")
