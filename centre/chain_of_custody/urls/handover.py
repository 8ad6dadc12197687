"""Addresses of the hand-over, by the code of the transfer."""

from django.urls import path

from centre.chain_of_custody.rules.moves import Thing
from centre.chain_of_custody.views import held, papers_handover, transfers

_ONE = "custody/transfers/<str:code>/"

urlpatterns = [
    path("custody/transfers/", transfers.transfers, name="transfers"),
    path("custody/receive/", transfers.find_transfer, name="find_transfer"),
    path(
        "custody/receive/unexpected/",
        held.receive_unexpected,
        name="receive_unexpected",
    ),
    path("custody/held/", held.held, name="held"),
    path("custody/held/<str:code>/send-back/", held.send_back, name="send_back"),
    path(_ONE, transfers.transfer, name="transfer"),
    path("custody/forms/", papers_handover.blank_form, name="blank_form"),
    path(f"{_ONE}form/", papers_handover.paper_form, name="paper_form"),
    path(
        "evidence/requests/<str:reference>/paper/",
        papers_handover.enter_paper,
        name="enter_paper",
    ),
    path(f"{_ONE}receipt/", papers_handover.transfer_receipt, name="transfer_receipt"),
    *(
        path(f"{_ONE}{doing.word}/", transfers.step, {"doing": doing}, name=doing.name)
        for doing in transfers.STEPS
    ),
    *(
        path(
            f"custody/{thing}s/<str:code>/receive-return/",
            held.receive_return,
            {"thing": thing},
            name=f"receive_return_{thing}",
        )
        for thing in (Thing.ITEM, Thing.KIT)
    ),
]
