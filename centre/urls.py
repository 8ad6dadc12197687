"""Every address of the centre."""

from django.urls import include, path

from centre import closing, pages, posts

handler404 = "centre.core.middleware.not_found"
handler500 = "centre.core.outage.failed"

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("cases/<str:reference>/", pages.case, name="case"),
    path("cases/<str:reference>/close/", closing.close_case, name="close_case"),
    path("cases/<str:reference>/join/", pages.join, name="join"),
    path("people/review/", posts.review_access, name="review_access"),
    path("people/<uuid:key>/end/", posts.end_post, name="end_post"),
    path("", include("centre.core.urls")),
    path("intake/", include("centre.intake.urls")),
    path("agencies/", include("centre.agencies.urls")),
    path("", include("centre.chain_of_custody.urls")),
    path("forensics/", include("centre.forensics.urls_papers")),
    path("forensics/", include("centre.forensics.urls")),
    path("support/", include("centre.support.urls")),
    path("figures/", include("centre.insight.urls")),
    path("", include("centre.portal.urls")),
]
