"""Opening a document of a kit or an item."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions.attachments import open_document
from centre.chain_of_custody.models import Attachment
from centre.chain_of_custody.rules.scans import media_type
from centre.core.http import StaffRequest, within_or_404
from centre.core.permissions import Permission


@require_http_methods(["GET"])
def document(request: StaffRequest, key: UUID) -> HttpResponse:
    """The document as it was kept; looking is written down."""
    rows = Attachment.objects.select_related(
        "case__centre", "event__item", "event__kit"
    )
    found = within_or_404(rows, request, Permission.DOCUMENT_OPEN, pk=key)
    content = open_document(document=found, by=request.user)
    name = f"document-{found.sha256[:12]}"
    return HttpResponse(
        content,
        content_type=media_type(content) or "application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
