"""Addresses of keeping and ending."""

from django.urls import URLPattern, path

from centre.chain_of_custody.rules.moves import Thing
from centre.chain_of_custody.views import disposal


def _of(thing: Thing) -> list[URLPattern]:
    """The page of one thing, its steps and its certificate."""
    where = f"custody/{thing}s/<str:code>/disposal/"
    steps = [
        path(
            f"{where}{doing.word}/",
            disposal.step,
            {"doing": doing, "thing": thing},
            name=f"{doing.word.replace('-', '_')}_{thing}",
        )
        for doing in disposal.STEPS
    ]
    return [
        path(where, disposal.disposal_page, {"thing": thing}, name=f"disposal_{thing}"),
        path(
            f"{where}certificate/",
            disposal.certificate,
            {"thing": thing},
            name=f"certificate_{thing}",
        ),
        *steps,
    ]


urlpatterns = [
    path("custody/retention/", disposal.retention_list, name="retention_list"),
    path("custody/retention/set/", disposal.set_by_policy, name="set_by_policy"),
    path(
        "custody/cases/<str:reference>/reporting/",
        disposal.change_reporting,
        name="change_reporting",
    ),
    *_of(Thing.KIT),
    *_of(Thing.ITEM),
]
