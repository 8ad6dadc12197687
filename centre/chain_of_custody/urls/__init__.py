"""Addresses of the evidence store, of requests and of the hand-over."""

from centre.chain_of_custody.urls import requests, store

urlpatterns = [*store.urlpatterns, *requests.urlpatterns]
