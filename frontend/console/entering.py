"""One page for one thing: entering what was held already (补录), or planning a single activity."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events import access
from events.access import Act
from events.errors import Refusal
from events.models import Activity, Campaign, DatePrecision, Form, Publication
from frontend import pages
from frontend.forms import DateInput, OrganizationField, RegionField, TimeInput, audience_choices
from frontend.forms import Form as BaseForm
from frontend.language import chinese
from frontend.pages import Request, page
from registrations import phrases
from registrations.indicators import measures
from registrations.operations import held
from registrations.operations.held import Count, Held, Planned

MOST_PHOTOS = 12
#: More than that no activity of a city has of anything; the columns hold no more either.
MOST = 2_000_000_000


class NumberInWords(forms.CharField):
    """A number as the office writes it: «46», «500多», «近千», «约300». Empty stays empty: not recorded is not zero."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("max_length", 40)
        super().__init__(required=False, **more)
        self.widget.attrs |= {"autocomplete": "off"}

    def clean(self, value: Any) -> Count | None:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            number, bound, _unit = phrases.read(text)
        except phrases.NotANumber as error:
            raise forms.ValidationError(
                gettext("No number could be read from “%(text)s”. Write for example 46, 500多 or 近千.")
                % {"text": text}
            ) from error
        if number > MOST:
            raise forms.ValidationError(gettext("“%(text)s” is more than can be. Check the number.") % {"text": text})
        return Count(number, bound.value, text)


class Photos(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    widget = Photos

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [one for one in (data or []) if one]
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(gettext("At most %(most)s photos at once.") % {"most": MOST_PHOTOS})
        return [super(PhotosField, self).clean(one, initial) for one in given]


class _One(BaseForm):
    """What both ask: what it was, for whom, in which campaign."""

    name = forms.CharField(
        max_length=160, label=_("What"), help_text=_("For example: talk on food safety in Dongfang.")
    )
    form = forms.ChoiceField(choices=Form.choices, label=_("Statistical form"))
    place = forms.CharField(max_length=120, label=_("Where"))
    region = RegionField(required=False, label=_("Township or subdistrict"))
    organization = OrganizationField(label=_("Lead organization"))
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(),
        required=False,
        label=_("Campaign"),
        help_text=_("Left empty, it goes to the routine work of the year."),
    )
    audiences = forms.MultipleChoiceField(
        choices=audience_choices, required=False, label=_("For whom"), widget=forms.CheckboxSelectMultiple
    )
    summary = forms.CharField(
        required=False, max_length=2000, label=_("Summary"), widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, actor: access.Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.PLAN)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["campaign"].queryset = (  # type: ignore[attr-defined]  # a ModelChoiceField
            Campaign.objects.filter(actor.where(Act.PLAN, "organization__path"))
            .exclude(state__in=[Publication.ARCHIVED, Publication.CALLED_OFF])
            .order_by("-year", "-starts_on")
        )
        if led:
            self.fields["organization"].initial = led[0].code
        if len(led) == 1:
            self.fields["organization"].widget = forms.HiddenInput()


class HeldForm(_One):
    day = forms.DateField(label=_("When"), widget=DateInput())
    precision = forms.ChoiceField(
        choices=[
            (DatePrecision.DAY, _("this day")),
            (DatePrecision.MONTH, _("some day of that month")),
            (DatePrecision.YEAR, _("some time of that year")),
        ],
        label=_("How exactly is the date known?"),
    )
    people = NumberInWords(
        label=_("How many people came"), help_text=_("As it is known: 46, 500多, 近千. Empty if not known.")
    )
    counted = forms.ChoiceField(
        choices=[
            ("counted", _("counted on the spot")),
            ("estimated", _("estimated")),
            ("stated", _("from a document")),
        ],
        label=_("How is this known?"),
    )
    counted_by = forms.CharField(required=False, max_length=60, label=_("Who counted"))
    photos = PhotosField(
        required=False,
        label=_("Photos"),
        help_text=_("An activity record asks for at least two."),
        widget=Photos(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for code in measures.ENTERED:
            measure = measures.get(code)
            label = f"{measure.zh}（{measure.unit}）" if chinese() else f"{measure.en} ({measure.unit_en})"
            self.fields[f"output_{code}"] = NumberInWords(
                label=label, widget=forms.TextInput(attrs={"class": "form-control"})
            )

    @property
    def output_fields(self) -> list[forms.BoundField]:
        return [self[f"output_{code}"] for code in measures.ENTERED]

    def held(self) -> Held:
        given = self.cleaned_data
        outputs = [(code, given.get(f"output_{code}")) for code in measures.ENTERED]
        return Held(
            name=given["name"],
            form=given["form"],
            day=given["day"],
            precision=given["precision"],
            place=given["place"],
            region=given["region"],
            campaign=given["campaign"],
            audiences=tuple(given["audiences"]),
            summary=given["summary"],
            people=given["people"],
            counted=given["counted"],
            counted_by=given["counted_by"],
            outputs=tuple((code, count) for code, count in outputs if count is not None),
        )


class PlannedForm(_One):
    day = forms.DateField(label=_("When"), widget=DateInput())
    starts = forms.TimeField(label=_("From"), widget=TimeInput())
    ends = forms.TimeField(label=_("To"), widget=TimeInput())
    signup = forms.BooleanField(required=False, label=_("People sign up for it"))
    capacity = forms.IntegerField(
        required=False, min_value=1, max_value=100_000, label=_("Seats"), help_text=_("Empty: without limit.")
    )
    publish = forms.BooleanField(required=False, label=_("Show it to the public at once"))

    def planned(self) -> Planned:
        given = self.cleaned_data
        zone = timezone.get_current_timezone()
        return Planned(
            name=given["name"],
            form=given["form"],
            starts_at=datetime.datetime.combine(given["day"], given["starts"], zone),
            ends_at=datetime.datetime.combine(given["day"], given["ends"], zone),
            venue=given["place"],
            region=given["region"],
            campaign=given["campaign"],
            signup_by=Activity.SignupBy.SESSION if given["signup"] else Activity.SignupBy.NONE,
            capacity=given["capacity"] if given["signup"] else None,
            audiences=tuple(given["audiences"]),
            summary=given["summary"],
            state=Publication.PUBLISHED if given["publish"] else Publication.DRAFT,
        )


@page(Act.RECORD)
def record_held(request: Request) -> HttpResponse:
    """补录: date, place, form, people, outputs, photos – campaign, activity and session come of themselves."""
    initial = {"day": timezone.localdate(), "form": "lecture", "campaign": request.GET.get("campaign")}
    form = HeldForm(request.POST or None, request.FILES or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = held.record(
                by=request.actor,
                organization=form.cleaned_data["organization"],
                held=form.held(),
                photos=form.cleaned_data["photos"],
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("“%(name)s” has been entered.") % {"name": made.name})
            if "again" in request.POST:
                return redirect("record_held")
            return redirect("console_activity", pk=made.pk)
    status = 400 if request.method == "POST" else 200
    return render(request, "console/record_held.html", {"section": "enter", "form": form}, status=status)


@page(Act.PLAN)
def plan_one(request: Request) -> HttpResponse:
    """Planning one activity with one session on one page."""
    initial = {"form": "lecture", "starts": "09:00", "ends": "11:00", "publish": True, "signup": True}
    initial["campaign"] = request.GET.get("campaign", "")
    form = PlannedForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = held.plan(
                by=request.actor,
                organization=form.cleaned_data["organization"],
                planned=form.planned(),
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("“%(name)s” has been planned.") % {"name": made.activity.name})
            return redirect("console_session", pk=made.pk)
    status = 400 if request.method == "POST" else 200
    return render(request, "console/plan_one.html", {"section": "enter", "form": form}, status=status)
