"""People who work here: who may do what, inviting, new passwords, handing over; and keys for programs."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access, rushes
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import ApiToken, History, Invitation, Membership, Role, User
from events.operations import people, tokens
from frontend import pages
from frontend.forms import DateInput, Form, OrganizationField
from frontend.pages import Request, page

PER_PAGE = 50


class InviteForm(Form):
    name = forms.CharField(max_length=60, label=_("Full name"))
    organization = OrganizationField(label=_("Organization"))
    role = forms.ChoiceField(choices=Role.choices, label=_("Role"), initial=Role.ORGANIZER)

    def __init__(self, *args: Any, actor: access.Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.RUN_PEOPLE)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        if led:
            self.fields["organization"].initial = led[0].code


@page(Act.RUN_PEOPLE)
def listing(request: Request) -> HttpResponse:
    rows = (
        Membership.objects.filter(request.actor.where(Act.RUN_PEOPLE, "organization__path"))
        .select_related("user", "organization")
        .order_by("organization__path", "user__name")
    )
    sheet = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    open_invitations = Invitation.objects.filter(request.actor.where(Act.RUN_PEOPLE, "organization__path")).usable_at(
        timezone.now()
    )  # type: ignore[attr-defined]  # a queryset of its own
    context = {
        "section": "people",
        "page": sheet,
        "invitations": open_invitations.select_related("organization", "invited_by"),
        "form": InviteForm(actor=request.actor),
        "roles": Role.choices,
    }
    return render(request, "console/people.html", context)


@page(Act.RUN_PEOPLE)
def invite(request: Request) -> HttpResponse:
    """Make an invitation; its link is shown once, to be sent in WeChat or handed over on paper."""
    form = InviteForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        made, secret = people.invite(by=request.actor, at=timezone.now(), **form.cleaned_data)
        link = f"{settings.KEPU_BASE_URL}{reverse('join')}#k={secret}"
        context = {"section": "people", "invitation": made, "link": link}
        response = render(request, "console/invited.html", context)
        response["Cache-Control"] = "no-store"
        return response
    return render(request, "console/invite.html", {"section": "people", "form": form})


@page(Act.RUN_PEOPLE)
@require_POST
def withdraw_invitation(request: Request, pk: int) -> HttpResponse:
    found = access.invitation(request.actor, pk=pk)
    people.withdraw_invitation(by=request.actor, invitation=found, at=timezone.now())
    messages.success(request, gettext("The invitation has been withdrawn."))
    return redirect("people")


@page(Act.RUN_PEOPLE)
@require_POST
def change_role(request: Request, pk: int) -> HttpResponse:
    """Another role, or – «none» – no role any more."""
    found = access.membership(request.actor, pk=pk)
    role = request.POST.get("role", "")
    try:
        if role == "none":
            people.take_role(by=request.actor, membership=found, at=timezone.now())
            messages.success(request, gettext("%(name)s has no role there any more.") % {"name": found.user})
        elif role in Role.values:
            people.give_role(
                by=request.actor, user=found.user, organization=found.organization, role=role, at=timezone.now()
            )
            messages.success(request, gettext("Saved."))
        else:
            raise NotFound
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("people")


def _person(request: Request, pk: int) -> User:
    """Somebody with a role where one runs the people. Raises NotFound."""
    held = Membership.objects.filter(request.actor.where(Act.RUN_PEOPLE, "organization__path"), user=pk)
    found = held.select_related("user").first()
    if found is None:
        raise NotFound
    return found.user


@page(Act.RUN_PEOPLE)
@require_POST
def reset_code(request: Request, pk: int) -> HttpResponse:
    """A one-time code for somebody who forgot the password, read out or handed over."""
    user = _person(request, pk)
    try:
        code = people.make_reset_code(by=request.actor, user=user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("people")
    context = {
        "section": "people",
        "person": user,
        "code": code,
        "address": f"{settings.KEPU_BASE_URL}{reverse('reset')}",
    }
    response = render(request, "console/reset_code.html", context)
    response["Cache-Control"] = "no-store"
    return response


class HandOverForm(Form):
    organization = OrganizationField(label=_("At and below"))
    giver = forms.ModelChoiceField(User.objects.none(), label=_("Who hands over"))
    successor = forms.ModelChoiceField(User.objects.none(), label=_("Who takes over"))
    sure = forms.BooleanField(label=_("Yes: all roles go over, and the giver's keys for programs end."))

    def __init__(self, *args: Any, actor: access.Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.RUN_PEOPLE)
        known = User.objects.filter(memberships__organization__in=led, is_active=True).distinct().order_by("name")
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["giver"].queryset = known  # type: ignore[attr-defined]  # as above
        self.fields["successor"].queryset = known  # type: ignore[attr-defined]  # as above
        if led:
            self.fields["organization"].initial = led[0].code


@page(Act.RUN_PEOPLE)
def hand_over(request: Request) -> HttpResponse:
    """工作移交: everything of one person becomes another's, in one act."""
    form = HandOverForm(request.POST or None, actor=request.actor, initial={"giver": request.GET.get("giver")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            people.hand_over(
                by=request.actor,
                giver=given["giver"],
                successor=given["successor"],
                organization=given["organization"],
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            words = {"giver": given["giver"], "successor": given["successor"]}
            messages.success(request, gettext("%(successor)s has taken over everything from %(giver)s.") % words)
            return redirect("people" if request.actor.user != given["giver"] else "overview")
    return render(request, "console/hand_over.html", {"section": "people", "form": form})


class JoinForm(Form):
    key = forms.CharField(max_length=64, label=_("Key of the invitation"))
    username = forms.RegexField(
        r"^[\w.@+-]{3,60}$",
        label=_("User name"),
        help_text=_("At least 3 letters or digits; you sign in with it."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    name = forms.CharField(max_length=60, label=_("Full name"))
    password = forms.CharField(
        max_length=128,
        label=_("Password"),
        help_text=_("At least 10 characters, not only digits."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@page(Act.SEE_PUBLIC)
def join(request: Request) -> HttpResponse:
    """Take up an invitation: with a new account, or with the one that is signed in."""
    now = timezone.now()
    form = JoinForm(request.POST or None)
    if request.method == "POST":
        rushes.let_try(rushes.CODE_TRIES, rushes.address(request), at=now)
    if request.method == "POST" and "as_me" in request.POST and request.actor.user:
        try:
            people.accept_invitation_as(by=request.actor, secret=request.POST.get("key", ""), at=now)
        except Refusal as refusal:
            rushes.count(rushes.CODE_TRIES, rushes.address(request), at=now)
            messages.error(request, refusal.message)
        else:
            messages.success(request, gettext("Welcome."))
            return redirect("overview")
    elif request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = people.accept_invitation(secret=given.pop("key"), at=now, **given)
        except Refusal as refusal:
            rushes.count(rushes.CODE_TRIES, rushes.address(request), at=now)
            form.refuse(refusal)
        else:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(
                request, gettext("Welcome. Add a second factor under “My account” when you have a minute.")
            )
            return redirect("overview")
    return render(request, "account/join.html", {"form": form})


class ResetForm(Form):
    username = forms.CharField(
        max_length=60, label=_("User name"), widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(
        max_length=12,
        label=_("Code"),
        help_text=_("Eight digits. Another owner of your organization makes it under “People”."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    password = forms.CharField(
        max_length=128,
        label=_("New password"),
        help_text=_("At least 10 characters, not only digits."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@page(Act.SEE_PUBLIC)
def reset(request: Request) -> HttpResponse:
    """A new password without e-mail, by another owner's one-time code."""
    form, now = ResetForm(request.POST or None), timezone.now()
    if request.method == "POST" and form.is_valid():
        rushes.let_try(rushes.CODE_TRIES, rushes.address(request), at=now)
        try:
            people.use_reset_code(at=now, **form.cleaned_data)
        except Refusal as refusal:
            rushes.count(rushes.CODE_TRIES, rushes.address(request), at=now)
            form.refuse(refusal)
        else:
            messages.success(request, gettext("The new password is set. Sign in with it."))
            return redirect("account_login")
    return render(request, "account/reset.html", {"form": form})


@page(Act.SEE_OWN_ACCOUNT)
def account(request: Request) -> HttpResponse:
    assert request.actor.user is not None
    held = request.actor.user.memberships.select_related("organization")
    return render(request, "console/account.html", {"section": "account", "memberships": held})


class TokenForm(Form):
    name = forms.CharField(max_length=60, label=_("What it is for"))
    organization = OrganizationField(label=_("Organization"))
    role = forms.ChoiceField(choices=Role.choices, label=_("Role"), initial=Role.READER)
    last_day = forms.DateField(label=_("Last day"), widget=DateInput())

    def __init__(self, *args: Any, actor: access.Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.MAKE_TOKENS)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        if led:
            self.fields["organization"].initial = led[0].code


@page(Act.MAKE_TOKENS)
def api_tokens(request: Request) -> HttpResponse:
    """Keys for programs: made here, shown once, ended here."""
    now = timezone.now()
    initial = {"last_day": timezone.localdate() + datetime.timedelta(days=90)}
    form = TokenForm(request.POST or None, actor=request.actor, initial=initial)
    key = ""
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        end = datetime.datetime.combine(
            given.pop("last_day"), datetime.time(23, 59, 59), timezone.get_current_timezone()
        )
        try:
            _made, key = tokens.make(by=request.actor, expires_at=end, at=now, **given)
        except Refusal as refusal:
            refusal.field = "last_day" if refusal.field == "expires_at" else refusal.field
            form.refuse(refusal)
        else:
            form = TokenForm(actor=request.actor, initial=initial)
    rows = ApiToken.objects.filter(request.actor.where(Act.MAKE_TOKENS, "organization__path"))
    sheet = Paginator(rows.select_related("organization", "user"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"section": "tokens", "form": form, "key": key, "page": sheet, "now": now}
    response = render(request, "console/tokens.html", context)
    response["Cache-Control"] = "no-store"
    return response


@page(Act.MAKE_TOKENS)
@require_POST
def revoke_token(request: Request, pk: int) -> HttpResponse:
    found = access.api_token(request.actor, pk=pk)
    tokens.revoke(by=request.actor, token=found, at=timezone.now())
    messages.success(request, gettext("The token “%(name)s” has ended.") % {"name": found.name})
    return redirect("tokens")


@page(Act.SEE_HISTORY)
def history(request: Request) -> HttpResponse:
    """What was done, by whom and when, at and below one's organizations."""
    rows = History.objects.filter(request.actor.where(Act.SEE_HISTORY, "organization__path")).select_related(
        "user", "organization"
    )
    sheet = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "console/history.html", {"section": "history", "page": sheet})
