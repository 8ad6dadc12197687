"""Addresses of requests for evidence and of the hand-over."""

from django.urls import path

from centre.chain_of_custody.views import handover, papers_handover, requests

urlpatterns = [
    path("evidence/ask/", requests.request_evidence, name="request_evidence"),
    path("evidence/mine/", requests.own_requests, name="own_requests"),
    path("evidence/mine/<str:reference>/", requests.own_request, name="own_request"),
    path(
        "evidence/mine/<str:reference>/withdraw/",
        requests.withdraw,
        name="withdraw_request",
    ),
    path(
        "evidence/mine/<str:reference>/receive/",
        handover.accept,
        name="handover_accept",
    ),
    path(
        "evidence/mine/<str:reference>/receipt/",
        papers_handover.receipt,
        name="handover_receipt",
    ),
    path("evidence/requests/", requests.listing, name="requests"),
    path("evidence/requests/<str:reference>/", requests.detail, name="request"),
    path(
        "evidence/requests/<str:reference>/match/",
        requests.match,
        name="match_request",
    ),
    path(
        "evidence/requests/<str:reference>/decide/",
        requests.decide,
        name="decide_request",
    ),
    path(
        "evidence/requests/<str:reference>/offer/",
        handover.offer,
        name="handover_offer",
    ),
    path(
        "evidence/requests/<str:reference>/receipt/",
        papers_handover.centre_receipt,
        name="centre_receipt",
    ),
]
