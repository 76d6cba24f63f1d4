"""An activity's questions as fields of a form, by «q<id>».

Whether a conditional question is asked the operation decides (`registrations.asking`); a script hides those that are not,
and without it each says under what condition it is asked.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from events.models import Activity
from frontend.forms import DateInput
from registrations import asking
from registrations.models import Answer, Question, Signup

_PREFIX = "q"


def fields_for(activity: Activity) -> dict[str, forms.Field]:
    """A field for each question of the activity, in their order. One query."""
    rows = Question.objects.filter(activity=activity).asked().select_related("shown_if")
    return {f"{_PREFIX}{one.pk}": _field(one) for one in rows}


def _field(question: Question) -> forms.Field:
    field = _of_kind(question)
    field.label, field.help_text = question.label, question.help
    # Asked only sometimes: the operation knows whether an answer is missing.
    field.required = question.required and question.shown_if_id is None
    field.asked_for = question.required  # type: ignore[attr-defined]  # read by the field's template
    if question.shown_if is not None:
        agreed = question.shown_if.kind == Question.Kind.CONSENT
        wording = {"question": question.shown_if.label, "answer": question.shown_if_answer}
        only = (
            gettext("Only if “%(question)s” is ticked.")
            if agreed
            else gettext("Only if “%(question)s” is “%(answer)s”.")
        )
        field.help_text = f"{only % wording} {question.help}".strip()
        field.widget.attrs |= {
            "data-shown-if": f"{_PREFIX}{question.shown_if_id}",
            "data-shown-if-answer": "on" if agreed else question.shown_if_answer,
        }
    return field


def _of_kind(question: Question) -> forms.Field:
    choices = [(one, one) for one in question.choices]
    kind = question.kind
    if kind == Question.Kind.CHOICE:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect())
    if kind == Question.Kind.CHOICES:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple())
    if kind == Question.Kind.CONSENT:
        return forms.BooleanField()
    if kind == Question.Kind.FILE:
        return forms.FileField(
            widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"})
        )
    if kind == Question.Kind.DATE:
        return forms.CharField(max_length=20, widget=DateInput())
    if kind == Question.Kind.PHONE:
        return forms.CharField(max_length=30, widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}))
    if kind == Question.Kind.NUMBER:
        return forms.CharField(max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    return forms.CharField(max_length=asking.LONGEST, widget=forms.Textarea(attrs={"rows": 2}))


def given(form: forms.Form) -> dict[str, Any] | None:
    """Question id → value of a valid form with such fields; None where the activity asks nothing."""
    names = [name for name in form.fields if name[:1] == _PREFIX and name[1:].isdigit()]
    return {name[1:]: form.cleaned_data.get(name) for name in names} if names else None


def answered(signup: Signup) -> dict[str, Any]:
    """What a form of this sign-up begins with; of a file its name, so that it need not be handed in again."""
    initial: dict[str, Any] = {}
    for row in Answer.objects.filter(signup=signup).select_related("question"):
        kind, name = row.question.kind, f"{_PREFIX}{row.question_id}"
        if kind == Question.Kind.CHOICES:
            initial[name] = row.value.split("\n")
        elif kind == Question.Kind.CONSENT:
            initial[name] = bool(row.value)
        else:
            initial[name] = row.value
    return initial
