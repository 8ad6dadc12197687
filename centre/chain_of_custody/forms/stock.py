"""Withdrawing a kit, and the number at which new ones are ordered."""

from __future__ import annotations

from django import forms

from centre.chain_of_custody.forms.parts import PackageForm, choice
from centre.chain_of_custody.rules.stock import THRESHOLD_MOST, WITHDRAWALS
from centre.core.forms import ActionForm


class WithdrawKitForm(PackageForm):
    """Why a kit is not used."""

    reason = choice("Why it is withdrawn", WITHDRAWALS)


class ThresholdForm(ActionForm):
    """When to order."""

    kind = forms.CharField(
        label="Kind of kit", help_text="As it was taken into stock.", max_length=40
    )
    threshold = forms.IntegerField(
        label="Order new ones at", min_value=0, max_value=THRESHOLD_MOST
    )
