"""Addresses of the evidence store, of requests and of the hand-over."""

from centre.chain_of_custody.urls import disposal, handover, requests, store

urlpatterns = [
    *store.urlpatterns,
    *disposal.urlpatterns,
    *requests.urlpatterns,
    *handover.urlpatterns,
]
