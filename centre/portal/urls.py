"""Addresses of her own page. The public one tells nothing."""

from django.urls import path

from centre.portal.views import cards, own

urlpatterns = [
    path("steps/", own.own_page, name="own_page"),
    path("cases/<str:reference>/card/", cards.card, name="card"),
    path("cases/<str:reference>/card/end/", cards.end_card, name="end_card"),
    path("wishes/<uuid:key>/", cards.answer_wish, name="answer_wish"),
]
