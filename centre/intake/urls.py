"""Addresses of arrival."""

from django.urls import path

from centre.intake.views import arrival, consent, forms

urlpatterns = [
    path("cases/new/", arrival.open_new, name="open_case"),
    path("cases/<str:reference>/identity/", arrival.identity, name="identity"),
    path("cases/<str:reference>/contact/", arrival.contact, name="contact"),
    path("cases/<str:reference>/consent/", consent.consents, name="consents"),
    path("cases/<str:reference>/consent/begin/", consent.begin, name="consent_begin"),
    path(
        "cases/<str:reference>/consent/talk/<uuid:about>/<slug:step>/",
        consent.talk,
        name="consent_talk",
    ),
    path(
        "cases/<str:reference>/consent/<int:number>/withdraw/",
        consent.withdraw,
        name="withdraw_consent",
    ),
    path("cases/<str:reference>/<slug:form>/", forms.begin, name="intake_form"),
    path(
        "cases/<str:reference>/<slug:form>/review/", forms.review, name="intake_review"
    ),
    path(
        "cases/<str:reference>/<slug:form>/<slug:section>/",
        forms.section,
        name="intake_section",
    ),
]
