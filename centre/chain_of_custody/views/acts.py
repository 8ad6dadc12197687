"""One page for each act on a kit or an item: what, why, the form, the button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions import court
from centre.chain_of_custody.actions.attachments import attach_document
from centre.chain_of_custody.actions.reporting import tell_police
from centre.chain_of_custody.actions.stock import withdraw_kit
from centre.chain_of_custody.forms import acts as forms
from centre.chain_of_custody.forms import laboratory as court_forms
from centre.chain_of_custody.forms.attachments import AttachForm
from centre.chain_of_custody.forms.parts import PackageForm
from centre.chain_of_custody.forms.stock import WithdrawKitForm
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.queries.history import Package, centre_of
from centre.chain_of_custody.rules.moves import Move, Thing
from centre.chain_of_custody.views import doors
from centre.chain_of_custody.views.confirming import after_act
from centre.core.http import StaffRequest, within_or_404
from centre.core.permissions import Permission

BOTH: Final = (Thing.ITEM, Thing.KIT)
ITEM: Final = (Thing.ITEM,)
KIT: Final = (Thing.KIT,)


@dataclass(frozen=True)
class Act:
    """An act as a page: the word of its address, who may, its form and its action."""

    word: str
    things: tuple[Thing, ...]
    move: Move
    permission: Permission
    form: type[PackageForm]
    action: Callable[..., Any]
    title: str
    why: str
    done: str
    argument: str = "package"
    has_link: bool = False
    """Whether the action is told the page where it is carried out."""

    def name(self, thing: Thing) -> str:
        """The name of its address."""
        return f"{self.word.replace('-', '_')}_{thing}"


ACTS: Final = (
    Act(
        "open",
        KIT,
        Move.KIT_OPENED,
        Permission.KIT_ISSUE,
        forms.OpenKitForm,
        actions.open_kit,
        "Open",
        "Look at the maker's seal first. From then on samples can go into this kit.",
        "The kit is open.",
        "kit",
    ),
    Act(
        "package",
        ITEM,
        Move.PACKAGED,
        Permission.ITEM_COLLECT,
        forms.PackForm,
        actions.package_item,
        "Package",
        "Dry things go into paper. Wet things go the wet way, to the cold, at once.",
        "Packaged.",
        "item",
    ),
    Act(
        "label",
        ITEM,
        Move.LABELLED,
        Permission.ITEM_LABEL,
        forms.LabelForm,
        actions.label_item,
        "Label",
        "The label on the package is scanned back, so that no two are mixed up.",
        "Labelled.",
        "item",
    ),
    Act(
        "seal",
        ITEM,
        Move.SEALED,
        Permission.ITEM_SEAL,
        forms.SealForm,
        actions.seal_item,
        "Seal",
        "Write your initials across the seal. A seal number is used only once.",
        "Sealed.",
        "item",
    ),
    Act(
        "add-to-kit",
        ITEM,
        Move.ADDED_TO_KIT,
        Permission.KIT_SEAL,
        forms.AddToKitForm,
        actions.add_to_kit,
        "Add to a kit",
        "From then on the item travels with the kit.",
        "It is in the kit.",
        "item",
    ),
    Act(
        "seal",
        KIT,
        Move.KIT_SEALED,
        Permission.KIT_SEAL,
        forms.SealKitForm,
        actions.seal_kit,
        "Seal",
        "Scan every item that lies in the kit. It must be what is listed.",
        "The kit is sealed.",
        "kit",
    ),
    Act(
        "store",
        BOTH,
        Move.STORED,
        Permission.ITEM_STORE,
        forms.StoreForm,
        actions.store,
        "Put away",
        "Scan the place where you put it.",
        "Put away.",
    ),
    Act(
        "move",
        BOTH,
        Move.MOVED,
        Permission.ITEM_MOVE,
        forms.MoveForm,
        actions.move,
        "Move",
        "Scan the new place, and say why it is moved.",
        "Moved.",
    ),
    Act(
        "check-out",
        BOTH,
        Move.CHECKED_OUT,
        Permission.ITEM_CHECK_OUT,
        forms.CheckOutForm,
        actions.check_out,
        "Check out",
        "A colleague takes it for a while and answers for it until it is back.",
        "Checked out.",
    ),
    Act(
        "check-in",
        BOTH,
        Move.CHECKED_IN,
        Permission.ITEM_CHECK_OUT,
        forms.CheckInForm,
        actions.check_in,
        "Check in",
        "Read the seal number from the seal itself.",
        "Checked in.",
    ),
    Act(
        "check-seal",
        BOTH,
        Move.SEAL_CHECKED,
        Permission.SEAL_CHECK,
        forms.CheckSealForm,
        actions.check_seal,
        "Check the seal",
        "Read the number from the seal itself. A fault raises a discrepancy.",
        "The seal is checked.",
    ),
    Act(
        "raise-discrepancy",
        BOTH,
        Move.DISCREPANCY_RAISED,
        Permission.DISCREPANCY_RAISE,
        forms.RaiseForm,
        actions.raise_discrepancy,
        "Raise a discrepancy",
        "Say what is not as it should be. Somebody else will resolve it.",
        "The discrepancy is raised.",
    ),
    Act(
        "attach-document",
        BOTH,
        Move.DOCUMENT_ATTACHED,
        Permission.DOCUMENT_ATTACH,
        AttachForm,
        attach_document,
        "Attach a document",
        "A paper, a photograph or an order that belongs to it. It is kept encrypted.",
        "The document is kept.",
    ),
    Act(
        "withdraw",
        KIT,
        Move.KIT_VOIDED,
        Permission.KIT_STOCK,
        WithdrawKitForm,
        withdraw_kit,
        "Withdraw it from use",
        "A kit nobody has opened: damaged, expired, lost, or given to training.",
        "It is withdrawn from use.",
        "kit",
    ),
    Act(
        "add-note",
        BOTH,
        Move.NOTE_ADDED,
        Permission.CUSTODY_NOTE,
        forms.NoteForm,
        actions.add_note,
        "Add a note",
        "Words are added to the chain; nothing in it is changed.",
        "The note is added.",
    ),
    Act(
        "tell-police",
        BOTH,
        Move.POLICE_TOLD,
        Permission.POLICE_TELL,
        forms.TellPoliceForm,
        tell_police,
        "The police were told",
        "That there is evidence to fetch. Say no more than they need to fetch it.",
        "It is written down that the police were told.",
    ),
    Act(
        "produce-in-court",
        BOTH,
        Move.COURT_PRODUCED,
        Permission.COURT_PRODUCE,
        court_forms.ProduceForm,
        court.produce_in_court,
        "Produce in court",
        "Only on the court's order. The seal is read before it leaves the store.",
        "Produced in court.",
    ),
    Act(
        "return-from-court",
        BOTH,
        Move.COURT_RETURNED,
        Permission.COURT_PRODUCE,
        court_forms.CourtReturnForm,
        court.return_from_court,
        "Take back from court",
        "The seal is read again. Put it away afterwards.",
        "Back from court.",
    ),
    Act(
        "retained-by-court",
        BOTH,
        Move.COURT_RETAINED,
        Permission.COURT_PRODUCE,
        court_forms.CourtKeepForm,
        court.note_retained_by_court,
        "Kept by the court",
        "The court keeps it. Write down on which order.",
        "Kept by the court.",
    ),
)


@require_http_methods(["GET", "POST"])
def act(request: StaffRequest, code: str, *, doing: Act, thing: Thing) -> HttpResponse:
    """Do one act on one kit or item."""
    package = _package(request, code, doing, thing)
    form = doing.form(
        request.POST or None,
        request.FILES or None,
        package=package,
        by=request.user,
        centre=centre_of(package),
    )
    given: dict[str, Any] = {doing.argument: package, "by": request.user}
    if doing.has_link:
        given["link"] = package.get_absolute_url()
    if form.perform(doing.action, **given):
        messages.success(request, f"{package}: {doing.done}")
        back = package.get_absolute_url()
        return redirect(after_act(form.result, back=back, by=request.user))
    page = {"package": package, "form": form, "act": doing}
    return render(request, "chain_of_custody/act.html", page)


def _package(request: StaffRequest, code: str, doing: Act, thing: Thing) -> Package:
    """The thing within reach; a kit may also be withdrawn while it is in stock."""
    if doing.move is Move.KIT_VOIDED:
        return doors.stock_kit(request, code)
    return doors.package(request, thing, code, doing.permission)


@require_http_methods(["GET", "POST"])
def resolve_discrepancy(request: StaffRequest, event: UUID) -> HttpResponse:
    """Answer a discrepancy that somebody else raised."""
    rows = CustodyEvent.objects.filter(move=Move.DISCREPANCY_RAISED)
    found = within_or_404(
        rows.select_related("item", "kit", "case__centre"),
        request,
        Permission.DISCREPANCY_RESOLVE,
        pk=event,
    )
    form = forms.ResolveForm(request.POST or None)
    if form.perform(actions.resolve_discrepancy, event=found, by=request.user):
        messages.success(request, "The discrepancy is resolved.")
        return redirect("store")
    question = actions.look_at_question(event=found, by=request.user)
    page = {"form": form, "event": found, "question": question}
    return render(request, "chain_of_custody/resolve.html", page)
