"""How a state looks: always a word, a shape and a tone together."""

from dataclasses import dataclass
from typing import Final

TONES: Final = ("ok", "warn", "danger", "now", "quiet")

SHAPES: Final = {
    "tick": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.6 5.2-4.3 5-2.9-2.6 1.1-1.2 1.7 1.5"
    " 3.2-3.7Z",
    "ring": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 2a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z",
    "half": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 2a5 5 0 0 1 0 10Z",
    "triangle": "M8 1 15.5 14.5H.5ZM7.2 6v4h1.6V6Zm0 5v1.6h1.6V11Z",
    "cross": "M2 2h12v12H2Zm3.2 2L4 5.2 6.8 8 4 10.8 5.2 12 8 9.2l2.8 2.8 1.2-1.2L9.2 8"
    " 12 5.2 10.8 4 8 6.8Z",
    "dash": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM4.5 7h7v2h-7Z",
    "lock": "M4.5 7V4.7a3.5 3.5 0 0 1 7 0V7H13v8H3V7Zm1.8 0h3.4V4.8a1.7 1.7 0 0 0-3.4"
    " 0Z",
    "arrow": "M1 6.8h8.6L6.4 3.6 8 2l6 6-6 6-1.6-1.6 3.2-3.2H1Z",
}


@dataclass(frozen=True)
class Look:
    """A word with the shape drawn before it and the tone of both."""

    word: str
    tone: str
    path: str


_BY_STATE: Final[dict[tuple[str, str], str]] = {
    ("ok", "tick"): "done accepted accomplished achieved approved approved_full"
    " attended closed complete completed counted given given_limited handed_over ok"
    " received signed verified yes",
    ("now", "lock"): "sealed stored in_store kept frozen locked",
    ("now", "arrow"): "in_transit sent submitted offered handover_offered checked_out"
    " lab_submitted returned_owner released pickup_scheduled",
    ("now", "half"): "active begun collected current draft drying in_progress issued"
    " labelled now open opened packaged packed started triage in_court lab_received"
    " decided approved_partial",
    ("warn", "triangle"): "due needs_info expiring awaiting_survivor legal_review late"
    " may_have_passed on_hold in_question warning disputed not_kept some_open",
    ("danger", "cross"): "broken compromised danger failed fault lost missing overdue"
    " refused critical consent_withdrawn",
    (
        "quiet",
        "dash",
    ): "declined no not_asked not_done not_given not_indicated not_known"
    " not_needed not_taken withdrawn cancelled voided void consumed destroyed expired"
    " out_of_system deferred withheld stopped",
    ("quiet", "ring"): "not_started not_sought planned requested stocked to_do waiting"
    " none proposed",
}

_LOOKS: Final = {
    state: look for look, states in _BY_STATE.items() for state in states.split()
}


def look(state: str, *, word: str = "", tone: str = "", shape: str = "") -> Look:
    """The look of a state by its code; each part can be said outright."""
    code = state.lower().replace(" ", "_").replace("-", "_")
    usual_tone, usual_shape = _LOOKS.get(code, ("quiet", "ring"))
    return Look(
        word=word or state.replace("_", " ").capitalize(),
        tone=tone or usual_tone,
        path=SHAPES[shape or usual_shape],
    )
