"""Addresses of the evidence store, of requests and of the hand-over."""

from centre.chain_of_custody.urls import (
    corrections,
    disposal,
    handover,
    requests,
    store,
)

urlpatterns = [
    *store.urlpatterns,
    *corrections.urlpatterns,
    *disposal.urlpatterns,
    *requests.urlpatterns,
    *handover.urlpatterns,
]
