"""The store's papers: frozen data in, PDF bytes out."""

from centre.chain_of_custody.documents.blank_form import blank_handover_form
from centre.chain_of_custody.documents.labels import labels
from centre.chain_of_custody.documents.receipt import handover_receipt
from centre.chain_of_custody.documents.record_certificate import record_certificate
from centre.chain_of_custody.documents.report import body_digest, custody_report
from centre.chain_of_custody.documents.request_summary import request_summary
from centre.chain_of_custody.documents.requests import answer_letter, pick_list

__all__ = [
    "answer_letter",
    "blank_handover_form",
    "body_digest",
    "custody_report",
    "handover_receipt",
    "labels",
    "pick_list",
    "record_certificate",
    "request_summary",
]
