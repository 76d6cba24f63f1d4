"""What a stand hands in of its day, on a phone and without an account: whoever has the printed code fills the form in."""

from __future__ import annotations

import uuid

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events import rushes
from events.access import Act
from events.errors import NotFound, Refusal
from frontend import pages
from frontend.forms import Form
from frontend.pages import Request, page
from frontend.participant.keys import opened
from registrations import access
from registrations.models import Stand, StandReport
from registrations.operations import stands
from registrations.operations.stands import Numbers

COOKIE = "kepu_stands"
#: Stands that one phone remembers, the newest first.
MOST = 20
#: Until the day after: the numbers come in at the end of a day.
AGE = 7 * 24 * 3600
MOST_OF_ANYTHING = 1_000_000


def keys(request: Request) -> list[str]:
    """The codes of stands that this browser has opened."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=AGE)
    except signing.BadSignature:
        return []
    return [key for key in held if isinstance(key, str)]


def _remember(response: HttpResponse, request: Request, key: str) -> None:
    held = [key, *(one for one in keys(request) if one != key)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(held, salt=COOKIE, compress=True),
        max_age=AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _own(request: Request, pk: int) -> Stand:
    """Raises NotFound: a stand whose code this browser has not looks like none."""
    key = next((one for one in keys(request) if one.startswith(f"{pk}-")), "")
    found = access.stand_by_key(key)
    if found.pk != pk:
        raise NotFound
    return found


class KeyForm(Form):
    key = forms.CharField(
        max_length=64,
        label=_("Code of the stand"),
        help_text=_("It stands at the foot of the printed sheet: 17 7K3M 9QXZ AB2C"),
    )


@page(Act.SEE_PUBLIC)
def exchange(request: Request) -> HttpResponse:
    """The printed code: it comes in the fragment, which no server log sees, or is typed, and is exchanged by POST."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = opened(request, access.stand_by_key, form.cleaned_data["key"])
        except NotFound:
            form.add_error("key", gettext("There is no stand with this code. It may have been replaced."))
        else:
            response = redirect("stand", pk=found.pk)
            _remember(response, request, access.stand_key(found))
            return response
    return render(request, "participant/stand_exchange.html", {"form": form}, status=400 if form.errors else 200)


class NumberField(forms.IntegerField):
    """A number on a phone; empty is not known, and not 0."""

    def __init__(self, label: object, help_text: object = "") -> None:
        self.asked_for = True  # none has to be filled in, and each is expected to be
        super().__init__(
            required=False,
            min_value=0,
            max_value=MOST_OF_ANYTHING,
            label=label,  # type: ignore[arg-type]  # lazy text
            help_text=help_text,  # type: ignore[arg-type]  # as above
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )


class ReportForm(Form):
    leaflets_taken = NumberField(_("Leaflets taken along"))
    leaflets_left = NumberField(_("Leaflets left"), _("What is given out is reckoned from both."))
    consultations = NumberField(_("People advised"))
    free_clinics = NumberField(_("People seen at the free clinic"))
    panels = NumberField(_("Panels shown"))
    remark = forms.CharField(
        required=False, max_length=300, label=_("Remark"), widget=forms.Textarea(attrs={"rows": 3})
    )
    photo = forms.FileField(
        required=False,
        label=_("Photo of the stand"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput())

    def numbers(self) -> Numbers:
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"photo", "key"}}
        return Numbers(**given)


_ASKED = ("leaflets_taken", "leaflets_left", "consultations", "free_clinics", "panels", "remark")


def _form(request: Request, report: StandReport | None) -> ReportForm:
    """What was stated last stands in it already; each form has a key of its own."""
    initial: dict[str, object] = {"key": uuid.uuid4().hex}
    if report is not None:
        initial |= {name: getattr(report, name) for name in _ASKED}
        if report.photo:
            initial["photo"] = gettext("a photo")
    return ReportForm(request.POST or None, request.FILES or None, initial=initial)


@page(Act.SEE_PUBLIC)
def report(request: Request, pk: int) -> HttpResponse:
    """The stand's form: sent as often as needed until it is accepted; the latest counts."""
    stand = _own(request, pk)
    latest = stand.reports.filter(replaced_at=None).first()
    accepted = latest is not None and latest.state == StandReport.State.ACCEPTED
    form, refused = _form(request, latest), None
    if request.method == "POST" and form.is_valid():
        now, given = timezone.now(), form.cleaned_data
        try:
            rushes.let_pass(rushes.STAND_REPORTS, rushes.address(request), at=now)
            stands.hand_in(
                stand=stand, numbers=form.numbers(), key=given["key"], photo=request.FILES.get("photo"), at=now
            )
        except Refusal as refusal:
            refused = refusal
            form.refuse(refusal)
        else:
            return redirect("stand", pk=pk)
    context = {"stand": stand, "activity": stand.activity, "form": form, "latest": latest, "accepted": accepted}
    if refused is None and form.errors:
        return render(request, "participant/stand.html", context, status=400)
    return pages.answer(request, "participant/stand.html", context, refused)
