"""A certificate that goes with a printed or exported electronic record."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.certify import Certificate
from centre.chain_of_custody.record_certificates import filled, texts
from centre.core import references
from centre.core.paper import Document


def record_certificate(told: Certificate) -> bytes:
    """The certificate in the words of one law, with the record's own figures."""
    text = texts()[told.form]
    zone = ZoneInfo(told.centre.timezone)
    made = f"{told.made_at.astimezone(zone):%d %b %Y %H:%M} {zone.key}"
    paper = Document(
        text.title,
        f"CERTIFICATE {text.code}",
        head=told.head,
        print_number=references.grouped(told.number),
        centre=told.centre.name,
        made=f"{made}, {told.person}",
    )
    paper.paragraph(text.law, strong=True)
    if not text.verified:
        paper.paragraph(
            "The words of this certificate were not checked against the law itself. "
            "Let a lawyer of the place read them before they are used."
        )
    facts = {
        "anchor": told.head.anchor_code,
        "centre": told.centre.name,
        "digest": told.digest,
        "log": told.head.origin,
        "made": made,
        "person": told.person,
        "place": told.centre.name,
        "record": told.record,
        "role": told.role,
        "root": told.root,
        "size": str(told.head.size),
        "system": told.system,
    }
    for paragraph in filled(text, facts):
        paper.paragraph(paragraph)
    paper.signatures([(signer, _name(signer, told)) for signer in text.signers])
    return paper.build()


def _name(signer: str, told: Certificate) -> str:
    """Part B is signed by an expert who is not of the centre."""
    return "" if signer == "Expert" else told.person
