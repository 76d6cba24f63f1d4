"""On what terms people sign up for an activity, and the office's word on single sign-ups: approval, offers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Activity
from frontend.forms import DateTimeInput, Form
from frontend.language import chinese
from frontend.pages import Request, page
from registrations import access as ours
from registrations import grades
from registrations.models import Signup
from registrations.operations import approvals, offers, rules, terms


def _grade_choices() -> list[tuple[str, str]]:
    return [(code, grades.label(code, "zh" if chinese() else "en")) for code in grades.GRADES]


class TermsForm(Form):
    approval = forms.BooleanField(
        required=False,
        label=_("The office looks at every sign-up first"),
        help_text=_("The seats are kept meanwhile. Whoever is refused is told the reason."),
    )
    changes_need_approval = forms.BooleanField(
        required=False,
        label=_("… and again when the participant changes it"),
        help_text=_("Who comes or what was answered; a new phone number alone needs no second look."),
    )
    offer_hours = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=720,
        label=_("Whoever moves up is asked first; hours to answer"),
        help_text=_(
            "Empty: who moves up is in at once. Nobody can be reached by e-mail? Then the offer stands until you have called."
        ),
    )
    one_session_each = forms.BooleanField(required=False, label=_("Everybody may come to one session only"))
    min_age = forms.IntegerField(required=False, min_value=0, max_value=120, label=_("Age from"))
    max_age = forms.IntegerField(required=False, min_value=0, max_value=120, label=_("Age to"))
    grades = forms.MultipleChoiceField(
        choices=_grade_choices,
        required=False,
        label=_("School grades of classes"),
        help_text=_("None: all of them."),
        widget=forms.CheckboxSelectMultiple(),
    )
    residents_first_until = forms.DateTimeField(
        required=False,
        label=_("People of its township come first until"),
        widget=DateTimeInput(),
        help_text=_(
            "Until then only they can sign up. To keep a number of seats for a township instead, see “Keep seats”."
        ),
    )
    reminder_hours = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=720,
        label=_("Remind by e-mail, hours before the start"),
        help_text=_("Empty: nobody is reminded."),
    )

    def __init__(self, *args: Any, activity: Activity, by_email: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not by_email:
            del self.fields["reminder_hours"]
        if activity.signup_by != Activity.SignupBy.SESSION:
            del self.fields["one_session_each"]


@page(Act.PLAN)
def set_terms(request: Request, pk: int) -> HttpResponse:
    """Approval, offers, ages, grades, residents first."""
    found = access.activity(request.actor, Act.PLAN, pk=pk)
    if found.signup_by == Activity.SignupBy.NONE:
        raise NotFound
    held = rules.terms_of(found)
    initial = {name: getattr(held, name) for name in terms.FIELDS}
    form = TermsForm(request.POST or None, activity=found, by_email=settings.KEPU_EMAIL, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            terms.set_terms(by=request.actor, activity=found, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved. It holds for sign-ups from now on."))
            return redirect("console_activity", pk=pk)
    context = {"section": "campaigns", "form": form, "activity": found}
    return render(request, "console/terms.html", context)


def _back(request: Request, signup: Signup) -> str:
    """The console page somebody came from, else that of the sign-up's session or activity."""
    asked = request.POST.get("back") or request.GET.get("back") or ""
    if asked.startswith("/console/"):
        return asked
    session = signup.chosen.values_list("session", flat=True).first()
    if session:
        return reverse("console_session", args=[session])
    return reverse("console_activity", args=[signup.activity_id])


@page(Act.KEEP_SIGNUPS)
@require_POST
def approve(request: Request, pk: int) -> HttpResponse:
    found = ours.signup(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    try:
        approvals.approve(by=request.actor, signup=found, at=timezone.now())
        messages.success(request, gettext("Approved."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(_back(request, found))


@page(Act.KEEP_SIGNUPS)
@require_POST
def approve_all(request: Request, pk: int) -> HttpResponse:
    """Everybody who waits for approval for a session: each by itself, so that one that cannot be stops no other."""
    session = access.session(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    pending = Signup.objects.for_session(session).filter(state=Signup.State.PENDING).select_related("activity")
    count = 0
    for signup in pending.distinct().order_by("placed_at", "pk"):
        try:
            approvals.approve(by=request.actor, signup=signup, at=timezone.now())
            count += 1
        except Refusal as refusal:
            messages.error(request, refusal.message)
    messages.success(request, ngettext("%(n)s sign-up approved.", "%(n)s sign-ups approved.", count) % {"n": count})
    return redirect("console_session", pk=pk)


class ReasonForm(Form):
    reason = forms.CharField(
        max_length=200, label=_("Why"), help_text=_("Whoever signed up reads this sentence on the ticket page.")
    )
    back = forms.CharField(required=False, widget=forms.HiddenInput())


@page(Act.KEEP_SIGNUPS)
def refuse(request: Request, pk: int) -> HttpResponse:
    found = ours.signup(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    back = _back(request, found)
    form = ReasonForm(request.POST or None, initial={"back": back})
    if request.method == "POST" and form.is_valid():
        try:
            approvals.refuse(by=request.actor, signup=found, reason=form.cleaned_data["reason"], at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, gettext("Refused; its seats went to whoever waits. Tell them, if they have no e-mail.")
            )
            return redirect(back)
    context = {"section": "sessions", "form": form, "signup": found, "back": back}
    return render(request, "console/refuse.html", context)


@page(Act.KEEP_SIGNUPS)
@require_POST
def decide_offer(request: Request, pk: int) -> HttpResponse:
    """After a call: they come, or the seats go on to the next."""
    found = ours.signup(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    decide = offers.accept if request.POST.get("come") == "1" else offers.withdraw
    try:
        decide(by=request.actor, signup=found, at=timezone.now())
        messages.success(request, gettext("Saved."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(_back(request, found))
