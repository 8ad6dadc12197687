"""What the pages of arrival ask."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from centre.core.consent_items import PURPOSES
from centre.core.forms import ActionForm, clean_text
from centre.core.models import CHOSEN_REGISTRATIONS, AgeBand
from centre.intake.rules.consent import INFO_POINTS, MAKER_WORDS, Question

YES_NO: Final = [("yes", "Yes"), ("no", "No")]
YES_NO_UNSURE: Final = [*YES_NO, ("unsure", "Not sure")]
LONG: Final = 10_000


class OpenCaseForm(ActionForm):
    """How she wants to be registered, and her age as far as the cover tells it."""

    registration = forms.ChoiceField(
        label="How does the survivor want to be registered?",
        choices=[(r.value, r.label) for r in CHOSEN_REGISTRATIONS],
        widget=forms.RadioSelect,
        help_text="Care is the same in each case.",
    )
    age_band = forms.ChoiceField(
        label="Age",
        choices=AgeBand.choices,
        widget=forms.RadioSelect,
        help_text="If you do not know, choose the youngest that may be right.",
    )


class IdentityForm(forms.Form):
    """Names and identifiers; every one of them may stay empty."""

    given_names = forms.CharField(label="Given names", max_length=200, required=False)
    family_name = forms.CharField(label="Family name", max_length=200, required=False)
    known_as = forms.CharField(
        label="Name to be called by",
        help_text="Or the other name chosen for this register.",
        max_length=200,
        required=False,
    )
    born_on = forms.CharField(
        label="Date of birth",
        help_text="As far as known, for example 1999, or about 1999.",
        max_length=60,
        required=False,
    )
    document = forms.CharField(
        label="Identity document and number", max_length=120, required=False
    )
    address = forms.CharField(
        label="Where she lives",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    guardian = forms.CharField(
        label="Parent or guardian, relation and how to reach",
        max_length=500,
        required=False,
    )


class ContactForm(forms.Form):
    """The safe way to reach her."""

    may_contact = forms.ChoiceField(
        label="May we contact her at all?", choices=YES_NO, widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(
        label="Best way",
        required=False,
        choices=[
            ("", "Not decided"),
            ("call", "Phone call"),
            ("text", "Text message without any telling word"),
            ("person", "Through a person she trusts"),
            ("she_comes", "She contacts us"),
        ],
    )
    number = forms.CharField(label="Number or address", max_length=200, required=False)
    times = forms.CharField(label="Safe times", max_length=200, required=False)
    who_may_answer = forms.CharField(
        label="Who may answer", max_length=200, required=False
    )
    leave_message = forms.ChoiceField(
        label="May a message be left?",
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=False,
    )
    code_word = forms.CharField(
        label="Word that tells us it is safe to talk", max_length=60, required=False
    )
    home_is_safe = forms.ChoiceField(
        label="Is it safe to visit or write to her home?",
        choices=YES_NO_UNSURE,
        widget=forms.RadioSelect,
        required=False,
    )


class HeaderForm(forms.Form):
    """Who is in the room, who decides, and what was explained."""

    place = forms.ChoiceField(
        label="Where do you talk?",
        choices=[
            ("private_room", "Private room"),
            ("ward", "Ward"),
            ("ambulance", "Ambulance"),
            ("outreach", "Outreach"),
            ("remote", "By phone or video"),
            ("police_premises", "Police premises"),
            ("other", "Elsewhere"),
        ],
    )
    language = forms.CharField(
        label="Language you speak with her", max_length=60, initial=""
    )
    interpreter = forms.ChoiceField(
        label="Interpreter",
        choices=[
            ("", "Choose one"),
            ("none_needed", "None needed"),
            ("professional", "Professional"),
            ("staff", "Member of staff"),
            ("family_friend", "Family or friend"),
            ("phone_video", "By phone or video"),
            ("sign_language", "Sign language"),
            ("aid", "Communication aid"),
        ],
    )
    interpreter_name = forms.CharField(
        label="Interpreter's name or agency number", max_length=120, required=False
    )
    people_present = forms.CharField(
        label="Other people in the room, and why",
        help_text="Write “nobody” if you are alone with her.",
        max_length=500,
    )
    decision_maker = forms.ChoiceField(
        label="Who decides?", choices=[(m, MAKER_WORDS[m]) for m in MAKER_WORDS]
    )
    maker_name = forms.CharField(
        label="If somebody else decides: name and relation",
        max_length=200,
        required=False,
    )
    maker_is_suspect = forms.ChoiceField(
        label="If somebody else decides: could this person have taken part?",
        choices=[("", "Does not apply"), *YES_NO_UNSURE],
        required=False,
    )
    assent = forms.ChoiceField(
        label="If somebody else decides: what does the survivor want?",
        choices=[
            ("", "Does not apply"),
            ("assents", "Agrees, in her own way"),
            ("dissents", "Does not want it"),
            ("unable", "Too young or unwell to say"),
        ],
        required=False,
    )
    read_aloud = forms.ChoiceField(
        label="Was everything read aloud?", choices=YES_NO, widget=forms.RadioSelect
    )
    info_points = forms.MultipleChoiceField(
        label="What did you explain?",
        choices=list(INFO_POINTS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    info_reason = forms.CharField(
        label="If something was not explained: why not",
        max_length=500,
        required=False,
    )
    recipients = forms.MultipleChoiceField(
        label="Who might receive something, so that each is decided apart?",
        help_text="Choose only those she wants to talk about. Others get nothing.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self, *args: Any, recipients: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipients"].choices = recipients  # type: ignore[attr-defined]


class TopicForm(forms.Form):
    """One screen of questions to read aloud; no answer is set beforehand."""

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[question.key] = decision_field(question)
            self.fields[f"{question.key}|limits"] = forms.CharField(
                label="Limits or wishes, in her words", max_length=1000, required=False
            )

    def content(self) -> dict[str, dict[str, str]]:
        """The decisions made on this screen; what was left open is not there."""
        return {
            q.key: {
                "state": self.cleaned_data[q.key],
                "limits": clean_text(self.cleaned_data[f"{q.key}|limits"]),
            }
            for q in self.questions
            if self.cleaned_data.get(q.key)
        }

    def rows(self) -> list[tuple[Question, Any, Any]]:
        """Each question with its two fields, for the page."""
        return [(q, self[q.key], self[f"{q.key}|limits"]) for q in self.questions]


class SigningForm(forms.Form):
    """At the end: understood, free of pressure, signed how and by whom."""

    teachback = forms.CharField(
        label="What she said in her own words she agreed to",
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_free_of_pressure = forms.ChoiceField(
        label="Does she say the decision is free of pressure?",
        choices=YES_NO_UNSURE,
        widget=forms.RadioSelect,
    )
    signature_method = forms.ChoiceField(
        label="How is it signed?",
        choices=[
            ("", "Choose one"),
            ("ink", "Ink on the printed copy"),
            ("stylus", "Drawn on the screen"),
            ("thumb_print", "Thumb print"),
            ("verbal_witnessed", "Spoken, before a witness"),
        ],
    )
    signed_by = forms.CharField(
        label="Name or mark of who signs",
        help_text="For an anonymous case write “the survivor”.",
        max_length=200,
    )
    witness_name = forms.CharField(
        label="Witness: name and role",
        help_text="Needed for a thumb print or spoken consent.",
        max_length=200,
        required=False,
    )
    copy_given = forms.ChoiceField(
        label="Her own copy",
        choices=[
            ("", "Choose one"),
            ("given", "Given"),
            ("declined_safety", "Offered; she leaves it here for her safety"),
            ("not_offered", "Not offered"),
        ],
    )
    copy_reason = forms.CharField(
        label="If not offered: why not", max_length=300, required=False
    )


class WithdrawForm(ActionForm):
    """Who says it is taken back."""

    told_by = forms.ChoiceField(
        label="Who takes it back?",
        choices=[
            ("survivor", "The survivor"),
            ("giver", "The person who gave it for her"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Anything to note",
        help_text="No reason is needed.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def decision_field(question: Question) -> forms.ChoiceField:
    """Two equal answers and “not now”; nothing is chosen beforehand."""
    words = question.item.question
    if question.name:
        words = f"{words} — {question.name}"
    if len(question.item.purposes) > 1:
        words = f"{words} ({PURPOSES[question.purpose].lower()})"
    return forms.ChoiceField(
        label=words,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choice-pair"}),
        choices=[
            ("given", "Yes"),
            ("declined", "No"),
            ("deferred", "Not now"),
            ("given_limited", "Yes, with limits"),
        ],
    )
