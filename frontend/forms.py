"""What all forms share: they check shape only; what an operation refuses is shown on the form that asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events import audiences
from events.errors import Refusal
from events.models import Organization, Region
from frontend.language import chinese

#: Tabler's names for the look of an input, by Django's name for its kind.
_LOOKS = {"select": "form-select", "selectmultiple": "form-select", "checkbox": "form-check-input"}


class Form(forms.Form):
    """A form that can show a refusal."""

    required_css_class = "required"
    error_css_class = "invalid"

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.dress(self.fields.values())

    @staticmethod
    def dress(fields: Iterable[forms.Field]) -> None:
        """Give fields the look of their kind; those that a form adds afterwards too."""
        for field in fields:
            widget = field.widget
            if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
                continue
            if isinstance(field, forms.ModelChoiceField) and field.empty_label:
                field.empty_label = _("– choose –")
            kind = getattr(widget, "input_type", type(widget).__name__.lower())
            widget.attrs.setdefault("class", _LOOKS.get(kind, "form-control"))

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal beside the field it names, else at the head of the form."""
        by_field = refusal.facts.get("fields")
        if isinstance(by_field, dict):
            for name, sentences in by_field.items():
                for sentence in sentences:
                    self.add_error(name if name in self.fields else None, sentence)
            return
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, forms.ValidationError(refusal.message, code=refusal.code))

    def takes(self, refusal: Refusal) -> bool:
        """Show a refusal beside the fields it names, and whether there are any: else the page has to say it."""
        named = refusal.facts.get("fields")
        if refusal.field not in self.fields and not (isinstance(named, dict) and named.keys() & self.fields.keys()):
            return False
        self.refuse(refusal)
        return True


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%Y-%m-%d", **more)


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **more)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%H:%M", **more)


class OrganizationField(forms.ModelChoiceField):
    """One of the organizations somebody may act for; `queryset` is set by the form."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Organization.objects.none(), to_field_name="code", **more)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class RegionField(forms.ModelChoiceField):
    """A township, subdistrict or the city."""

    def __init__(self, **more: Any) -> None:
        rows = Region.objects.exclude(kind__in=[Region.Kind.PROVINCE, Region.Kind.VILLAGE])
        super().__init__(rows, to_field_name="code", **more)


def audience_choices() -> list[tuple[str, str]]:
    """Audience groups in force this year, in the reader's language."""
    return [(group.code, group.zh if chinese() else group.en) for group in audiences.current(timezone.localdate().year)]
