"""The catalogue of what a survivor is asked: code, words, validity.

The codes are permanent. Kinds tell how a decision is asked: a *step* of care or
examination is decided for the centre; a *release* or *share* names a recipient.
"""

from dataclasses import dataclass
from typing import Final, Literal

ItemKind = Literal["step", "release", "share", "choice"]


@dataclass(frozen=True)
class ConsentItem:
    """One thing to be decided. `days` is the default validity; None until revoked."""

    code: str
    words: str
    question: str
    kind: ItemKind
    days: int | None
    topic: str

    @property
    def purposes(self) -> tuple[str, ...]:
        """What it is asked for, the usual purpose first; empty means care here."""
        return _PURPOSES.get(self.code, _PURPOSE_OF_KIND[self.kind])

    @property
    def names_recipient(self) -> bool:
        """Whether each recipient is decided apart."""
        return self.kind in {"release", "share"}


PURPOSES: Final[dict[str, str]] = {
    "": "Care at this centre",
    "investigation": "Police investigation",
    "court": "Use in court",
    "analysis": "Laboratory analysis",
    "support": "Support",
    "treatment": "Treatment elsewhere",
    "compensation": "Compensation or insurance",
}

_PURPOSE_OF_KIND: Final[dict[str, tuple[str, ...]]] = {
    "step": ("",),
    "choice": ("",),
    "release": ("investigation", "court"),
    "share": ("support",),
}

_PURPOSES: Final[dict[str, tuple[str, ...]]] = {
    "C16": ("investigation",),
    "C22": ("analysis",),
    "C27": ("treatment",),
    "C34": ("compensation",),
}


def _item(
    code: str, kind: ItemKind, days: int | None, topic: str, words: str, question: str
) -> tuple[str, ConsentItem]:
    return code, ConsentItem(code, words, question, kind, days, topic)


ITEMS: Final[dict[str, ConsentItem]] = dict(
    (
        _item("C01", "step", 90, "talk", "Talk about what happened",
              "May we ask about what happened and about your health?"),
        _item("C02", "step", 7, "exam", "General physical examination",
              "May we look at your body from top to toe for injuries?"),
        _item("C03", "step", 7, "exam", "External genital inspection",
              "May we look at the outside of your private parts?"),
        _item("C04", "step", 7, "exam", "Internal examination",
              "May we examine you inside, if it is useful?"),
        _item("C05", "step", 7, "exam", "Anal examination",
              "May we look at the anal area?"),
        _item("C06a", "step", 30, "tests", "HIV test",
              "May we test your blood for HIV?"),
        _item("C06b", "step", 30, "tests", "Pregnancy test",
              "May we do a pregnancy test?"),
        _item("C06c", "step", 30, "tests", "Tests for infections",
              "May we test for other infections?"),
        _item("C07", "step", 90, "care", "Treatment and prevention",
              "May we give you treatment and medicines to prevent illness?"),
        _item("C08", "step", 365, "evidence", "Keep clothing and things",
              "May we keep clothing or things as evidence?"),
        _item("C09", "step", 7, "evidence", "Swabs from the skin, nails and hair",
              "May we take swabs from your skin, nails or hair?"),
        _item("C10", "step", 7, "evidence", "Mouth, genital and anal swabs",
              "May we take swabs from your mouth or private parts?"),
        _item("C11", "step", 7, "evidence", "Your own DNA sample for comparison",
              "May we take a sample of your own DNA, to tell it from others?"),
        _item("C12", "step", 7, "evidence", "Blood or urine for drugs",
              "May we take blood or urine to look for drugs?"),
        _item("C13", "step", 7, "photos", "Photographs of injuries",
              "May we photograph injuries outside the private areas?"),
        _item("C14", "step", 7, "photos", "Photographs of private areas",
              "May we photograph injuries of private areas?"),
        _item("C15", "step", 7, "photos", "Photograph showing the face",
              "May we take a photograph that shows your face?"),
        _item("C16", "release", None, "police", "Report to the police now",
              "Do you want this reported to the police?"),
        _item("C17", "release", 365, "police", "Hand over the written report",
              "May we give our written report to this recipient?"),
        _item("C18", "release", 365, "police", "Hand over samples and clothing",
              "May we hand the samples and clothing to this recipient?"),
        _item("C19", "release", 365, "police", "Hand over photographs",
              "May we hand photographs that show no private areas to this recipient?"),
        _item("C20", "release", 365, "police", "Hand over private photographs",
              "May we hand photographs of private areas to this recipient?"),
        _item("C21", "choice", None, "police", "Keep evidence without reporting",
              "Shall we keep the evidence without telling the police?"),
        _item("C22", "release", 365, "police", "Laboratory analysis and DNA profile",
              "May a laboratory analyse the samples and make a DNA profile?"),
        _item("C23", "share", 365, "support", "Share with a counsellor",
              "May we share what is needed with this counsellor or service?"),
        _item("C24", "share", 365, "support", "Share with a shelter",
              "May we share what is needed with this shelter?"),
        _item("C25", "share", 365, "support", "Share with legal aid",
              "May we share what is needed with this legal service?"),
        _item("C26", "share", 365, "support", "Share with social services",
              "May we share what is needed with these social services?"),
        _item("C27", "share", 365, "support", "Share with another health facility",
              "May we share what is needed with this health facility?"),
        _item("C28", "share", None, "support", "Tell a named person",
              "May we tell this person?"),
        _item("C29", "choice", 365, "contact", "Contact me for follow-up",
              "May we contact you later, in the way you choose?"),
        _item("C30", "step", 7, "exam", "Other people in the room",
              "May a student or another colleague be in the room?"),
        _item("C31", "choice", None, "data", "Statistics without your name",
              "May we count your visit in statistics that do not name you?"),
        _item("C32", "choice", None, "data", "Research",
              "May researchers ask you, or use what we recorded?"),
        _item("C33", "choice", None, "data", "Peer review and teaching",
              "May images that do not identify you be used for review or teaching?"),
        _item("C34", "release", 365, "police", "Compensation or insurance",
              "May we give what is needed for compensation or insurance?"),
        _item("C35", "choice", None, "contact", "My own copy of the certificate",
              "Do you want your own copy of the medical certificate?"),
    )
)  # fmt: skip

TOPICS: Final[dict[str, str]] = {
    "talk": "Talking about what happened",
    "exam": "The examination",
    "tests": "Tests",
    "care": "Treatment",
    "evidence": "Evidence",
    "photos": "Photographs",
    "police": "Police and courts",
    "support": "Support and other services",
    "contact": "Keeping in touch",
    "data": "Statistics, research and teaching",
}
