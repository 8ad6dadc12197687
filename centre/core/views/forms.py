"""What the doors ask."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.core.models import Membership, User
from centre.core.passwords import MOST


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label="Sign-in name",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label="Password",
        max_length=MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A one-time code."""

    code = forms.CharField(
        label="Code from your authenticator app",
        help_text="Six digits. A new code appears every 30 seconds.",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )

    def clean_code(self) -> str:
        """Without the blanks people type between the digits."""
        return str(self.cleaned_data["code"]).replace(" ", "")


class RecoveryForm(forms.Form):
    """A recovery code in place of the app."""

    code = forms.CharField(
        label="One of your recovery codes",
        help_text="Each code works once.",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class UnlockForm(forms.Form):
    """The password again."""

    password = forms.CharField(
        label="Password",
        max_length=MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class RoleForm(forms.Form):
    """Which role, at which centre."""

    post = forms.ModelChoiceField(
        label="Work as",
        queryset=Membership.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["post"]
        posts = user.memberships.filter(ended_at__isnull=True)
        field.queryset = posts.select_related("centre")  # type: ignore[attr-defined]
        field.label_from_instance = post_in_words  # type: ignore[attr-defined]


class PasswordForm(forms.Form):
    """The current password and the new one."""

    current = forms.CharField(
        label="Current password",
        max_length=MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="New password",
        help_text="At least 15 characters, such as a sentence of a few words.",
        max_length=MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def post_in_words(post: Membership) -> str:
    """A role at a centre as a person would say it."""
    return f"{post.get_role_display()} at {post.centre.name}"


class AssertionForm(forms.Form):
    """What the browser hands back from a security key."""

    credential = forms.CharField(
        required=False,
        max_length=20_000,
        widget=forms.HiddenInput(attrs={"data-passkey-answer": ""}),
    )

    def clean(self) -> dict[str, Any]:
        """Only the browser can make it."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("credential"):
            raise forms.ValidationError(
                "The browser has not asked the security key. It needs JavaScript and "
                "a security key or passkey."
            )
        return cleaned


class PasskeyForm(AssertionForm, CodeForm):
    """A security key's name, and what the browser made."""

    name = forms.CharField(
        label="Name of the key",
        help_text="Such as: blue key on my ring.",
        max_length=60,
    )
    field_order = ("name", "code")


class RevokeForm(CodeForm):
    """A one-time code to take a key out of use."""
