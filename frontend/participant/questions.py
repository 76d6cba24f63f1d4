"""Placeholder until questions are written (helper «questions» owns this file; keep these two functions)."""

from __future__ import annotations

from typing import Any

from django import forms

from events.models import Activity


def fields_for(activity: Activity) -> dict[str, forms.Field]:
    """A field for each question of the activity, by «q<id>»."""
    return {}


def given(form: forms.Form) -> dict[str, Any] | None:
    """Question id → value of a valid form with such fields; None where the activity asks nothing."""
    return None


def answered(signup: object) -> dict[str, Any]:
    """What a form of this sign-up begins with, by «q<id>»."""
    return {}
