"""Addresses of requests for evidence and of the hand-over."""

from django.urls import path

from centre.chain_of_custody.views import (
    clocks,
    handover,
    laboratory,
    papers_handover,
    papers_requests,
    request_acts,
    request_desk,
    requests,
)

_MINE = "evidence/mine/<str:reference>/"
_DESK = "evidence/requests/<str:reference>/"

_mine = [
    path("evidence/ask/", requests.request_evidence, name="request_evidence"),
    path("evidence/drafts/<uuid:key>/", requests.draft, name="request_draft"),
    path(
        "evidence/drafts/<uuid:key>/forget/",
        requests.forget_draft,
        name="forget_draft",
    ),
    path("evidence/mine/", requests.own_requests, name="own_requests"),
    path(_MINE, requests.own_request, name="own_request"),
    path(f"{_MINE}withdraw/", requests.withdraw, name="withdraw_request"),
    path(f"{_MINE}answer/", requests.give_info, name="give_info"),
    path(f"{_MINE}dispute/", requests.dispute, name="dispute_request"),
    path(f"{_MINE}receive/", handover.accept, name="handover_accept"),
    path(f"{_MINE}receipt/", papers_handover.receipt, name="handover_receipt"),
    path(f"{_MINE}letter/", papers_requests.own_letter, name="own_answer_letter"),
]

_desk = [
    path("evidence/requests/", request_desk.listing, name="requests"),
    path("evidence/letters/", request_desk.key_in, name="key_in_request"),
    path("evidence/clocks/", clocks.request_clocks, name="request_clocks"),
    path(
        "evidence/survivors/<uuid:key>/", request_acts.ask_survivor, name="ask_survivor"
    ),
    path(_DESK, request_desk.detail, name="request"),
    path(f"{_DESK}match/", request_desk.match, name="match_request"),
    path(f"{_DESK}decide/", request_desk.decide, name="decide_request"),
    path(f"{_DESK}pick-list/", request_desk.pick_list, name="pick_list"),
    path(f"{_DESK}pick-list/paper/", papers_requests.pick_list, name="pick_list_paper"),
    path(f"{_DESK}letter/", papers_requests.letter, name="answer_letter"),
    path(f"{_DESK}summary/", papers_requests.summary, name="request_summary"),
    path(f"{_DESK}papers/<uuid:key>/", request_desk.paper, name="request_paper"),
    path(f"{_DESK}offer/", handover.offer, name="handover_offer"),
    path(f"{_DESK}receipt/", papers_handover.centre_receipt, name="centre_receipt"),
    *(
        path(f"{_DESK}{page.word}/", request_acts.step, {"doing": page}, name=page.name)
        for page in request_acts.STEP_PAGES
    ),
]

_LAB = "evidence/laboratory/"
_lab = [
    path(_LAB, laboratory.submissions, name="submissions"),
    path(f"{_LAB}<str:code>/", laboratory.submission, name="submission"),
    path(f"{_LAB}<str:code>/take-in/", laboratory.take_in, name="take_in_submission"),
    *(
        path(
            f"{_LAB}<str:code>/{word}/",
            laboratory.stage,
            {"word": word},
            name=f"{word}_submission",
        )
        for word in laboratory.STAGES
    ),
    path(f"{_DESK}laboratory/", laboratory.submit, name="submit_to_lab"),
]

urlpatterns = [*_mine, *_desk, *_lab]
