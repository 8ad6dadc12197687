"""The pages of what is not every day's work, each an act like the others."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions import drying, holds, opening
from centre.chain_of_custody.forms import exceptions as forms
from centre.chain_of_custody.models import Location
from centre.chain_of_custody.queries.lists import readings_of
from centre.chain_of_custody.rules.climate import RANGES
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.views import doors
from centre.chain_of_custody.views.acts import BOTH, ITEM, Act
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE: Final = 50
SHOWN: Final = 24

EXCEPTIONS: Final = (
    Act(
        "dry",
        ITEM,
        Move.DRYING_STARTED,
        Permission.ITEM_COLLECT,
        forms.StartDryingForm,
        drying.start_drying,
        "Put to dry",
        "In a drying cabinet that is locked, or with somebody beside it.",
        "It is drying.",
        "item",
    ),
    Act(
        "end-drying",
        ITEM,
        Move.DRYING_ENDED,
        Permission.ITEM_COLLECT,
        forms.EndDryingForm,
        drying.end_drying,
        "Take out of drying",
        "What is still wet goes the wet way, to the cold, at once.",
        "It is out of the cabinet.",
        "item",
    ),
    Act(
        "propose-unsealed",
        ITEM,
        Move.STORED,
        Permission.UNSEALED_PROPOSE,
        forms.ProposeForm,
        drying.propose_unsealed,
        "Propose to store it unsealed",
        "Only what cannot be sealed now. The coordinator approves it.",
        "Proposed. The coordinator answers.",
        "item",
        has_link=True,
    ),
    Act(
        "store-unsealed",
        ITEM,
        Move.STORED,
        Permission.UNSEALED_PROPOSE,
        forms.StoreUnsealedForm,
        drying.store_unsealed,
        "Store it unsealed",
        "Once it is approved, before a witness. Seal it as soon as it can be sealed.",
        "Stored unsealed.",
        "item",
    ),
    Act(
        "propose-opening",
        BOTH,
        Move.SEAL_BROKEN,
        Permission.SEAL_OPEN,
        forms.ProposeOpeningForm,
        opening.propose_opening,
        "Propose to open the seal",
        "Seals are opened in laboratories. Here only on authority and approval.",
        "Proposed. The coordinator answers.",
        has_link=True,
    ),
    Act(
        "open-seal",
        BOTH,
        Move.SEAL_BROKEN,
        Permission.SEAL_OPEN,
        forms.OpenSealForm,
        opening.open_seal,
        "Open the seal",
        "Before a witness, once it is approved. Read the seal first.",
        "The seal is opened.",
    ),
    Act(
        "take-part",
        ITEM,
        Move.SUBSAMPLED,
        Permission.SEAL_OPEN,
        forms.PartForm,
        opening.take_part,
        "Take a part",
        "The part gets a code of its own and keeps its origin for ever.",
        "The part is an item of its own. Package and label it.",
        "item",
    ),
    Act(
        "seal-again",
        ITEM,
        Move.RESEALED,
        Permission.SEAL_OPEN,
        forms.SealAgainForm,
        opening.seal_again,
        "Seal again",
        "With a new seal. Say what was done and what is left.",
        "Sealed again. Put it away.",
        "item",
    ),
    Act(
        "use-up",
        ITEM,
        Move.CONSUMED,
        Permission.SEAL_OPEN,
        forms.UseUpForm,
        opening.use_up,
        "Write that it is used up",
        "Only when nothing is left, on authority and under supervision.",
        "It is used up.",
        "item",
    ),
    Act(
        "hold",
        BOTH,
        Move.HOLD_PLACED,
        Permission.HOLD_PLACE,
        forms.HoldForm,
        holds.place_hold,
        "Place a hold",
        "Nothing ends or leaves while a hold stands.",
        "The hold stands.",
    ),
    Act(
        "lift-hold",
        BOTH,
        Move.HOLD_LIFTED,
        Permission.HOLD_PLACE,
        forms.LiftHoldForm,
        holds.lift_hold,
        "Lift a hold",
        "With the paper or the reason that ends it.",
        "The hold is lifted.",
    ),
    Act(
        "missing",
        BOTH,
        Move.MISSING_DECLARED,
        Permission.MISSING_DECLARE,
        forms.MissingForm,
        holds.declare_missing,
        "Declare missing",
        "Say so as soon as it cannot be found; looking goes on.",
        "It is declared missing. Somebody else answers the question.",
    ),
    Act(
        "found",
        BOTH,
        Move.FOUND,
        Permission.MISSING_DECLARE,
        forms.FoundForm,
        holds.find_again,
        "Write that it was found",
        "Read the seal number from the seal itself.",
        "It is found. Put it away.",
    ),
    Act(
        "condition",
        BOTH,
        Move.CONDITION_LOGGED,
        Permission.CONDITION_LOG,
        forms.ConditionForm,
        holds.log_condition,
        "Write down its temperature",
        "Too warm or too cold raises a discrepancy by itself.",
        "Written down.",
    ),
)


@require_http_methods(["GET", "POST"])
def temperature(request: StaffRequest, code: str) -> HttpResponse:
    """A place's thermometer: what it showed, and what it shows now."""
    centre = doors.centre(request, Permission.CONDITION_LOG)
    place = Location.objects.filter(centre=centre, code=code).first()
    if place is None:
        raise Http404
    form = forms.ReadingForm(request.POST or None)
    if form.perform(holds.read_temperature, place=place, by=request.user):
        messages.success(request, f"{form.result} is written down.")
        return redirect("temperature", place.code)
    found = readings_of(place)
    newest = list(found[:SHOWN])
    lowest, highest = RANGES.get(place.storage_class, (None, None))
    page = {
        "place": place,
        "form": form,
        "readings": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "points": [
            (f"{r.read_at:%d %b %H:%M}", float(r.celsius)) for r in reversed(newest)
        ],
        "lowest": lowest,
        "highest": highest,
    }
    return render(request, "chain_of_custody/temperature.html", page)
