"""Exporting an evidence bundle from the page of a kit or an item."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions.bundles import export_evidence
from centre.chain_of_custody.documents import record_certificate
from centre.chain_of_custody.rules.moves import Thing
from centre.chain_of_custody.rules.profiles import Profile
from centre.chain_of_custody.views import doors
from centre.core.forms import ActionForm
from centre.core.http import StaffRequest
from centre.core.permissions import Permission


class BundleForm(ActionForm):
    """For whom, and the code that signs the export."""

    profile = forms.ChoiceField(
        label="For whom",
        choices=[
            (Profile.COURT.value, "A court: everything is opened"),
            (
                Profile.INVESTIGATOR.value,
                "The investigator: without our store and notes",
            ),
        ],
    )
    is_whole = forms.BooleanField(
        label="With the whole log, not only the proofs",
        help_text="Larger. It lets a court's expert check every entry of this centre.",
        required=False,
    )
    has_documents = forms.BooleanField(
        label="With the documents of these things, as they were kept",
        help_text="For a court only. That you opened each is written down.",
        required=False,
    )
    code = forms.CharField(
        label="Your one-time code",
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )


@require_http_methods(["GET", "POST"])
def export(request: StaffRequest, code: str, *, thing: Thing) -> HttpResponse:
    """The whole chain of one kit or item, with the verifier beside it."""
    package = doors.package(request, thing, code, Permission.CUSTODY_REPORT)
    form = BundleForm(request.POST or None)
    done = form.perform(
        export_evidence,
        packages=[package],
        by=request.user,
        certify=record_certificate,
    )
    if done and form.result:
        name = f'attachment; filename="evidence-{code}.zip"'
        return HttpResponse(
            form.result,
            content_type="application/zip",
            headers={"Content-Disposition": name},
        )
    page = {"package": package, "form": form}
    return render(request, "chain_of_custody/export.html", page)
