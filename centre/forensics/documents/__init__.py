"""The papers of this room: the official form of the pack, and the report."""

from centre.forensics.documents.boxes import PrintedBox, printed_boxes
from centre.forensics.documents.official import official_form
from centre.forensics.documents.report import report

__all__ = ["PrintedBox", "official_form", "printed_boxes", "report"]
