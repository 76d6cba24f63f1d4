"""What an activity asks of whoever signs up: the office builds the form, and reads what was answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Activity
from frontend.console.presence import WholeForm
from frontend.forms import Form
from frontend.pages import Request, page
from frontend.participant.parties import PartyForm
from registrations import access as ours
from registrations.models import Question, Signup
from registrations.operations import privacy
from registrations.operations import questions as asking
from registrations.reports import questions


class QuestionForm(Form):
    """One question. `condition`: «question:answer» of an earlier one."""

    label = forms.CharField(max_length=120, label=_("Question"), help_text=_("As people read it: School lunch needed?"))
    kind = forms.ChoiceField(choices=Question.Kind.choices, label=_("Kind of answer"))
    choices = forms.CharField(
        required=False,
        max_length=8000,
        label=_("Answers to choose from, one to a line"),
        widget=forms.Textarea(
            attrs={"rows": 5, "data-shown-if": "kind", "data-shown-if-answer": "\n".join(sorted(asking.TO_CHOOSE))}
        ),
        help_text=_("Only for one choice or several choices."),
    )
    help = forms.CharField(required=False, max_length=300, label=_("Explanation under the question"))
    required = forms.BooleanField(required=False, label=_("It has to be answered"))
    condition = forms.ChoiceField(
        required=False,
        label=_("Ask it only if"),
        help_text=_("Depends on an earlier question with answers to choose from."),
    )

    def __init__(self, *args: Any, earlier: list[Question], **more: Any) -> None:
        super().__init__(*args, **more)
        ticked = gettext("ticked")
        self.fields["condition"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("always")),
            *(
                (f"{one.pk}:{answer}", f"{one.label} = {ticked if one.kind == Question.Kind.CONSENT else answer}")
                for one in earlier
                for answer in asking.answers_of(one)
            ),
        ]

    def values(self) -> dict[str, Any]:
        """What the operations take."""
        given = dict(self.cleaned_data)
        number, _colon, answer = given.pop("condition").partition(":")
        given["choices"] = [" ".join(line.split()) for line in given["choices"].splitlines() if line.strip()]
        return given | {"shown_if_id": int(number) if number else None, "shown_if_answer": answer}


def _earlier(activity: Activity, before: Question | None) -> list[Question]:
    """Those a question may depend on."""
    rows = Question.objects.filter(activity=activity, kind__in=asking.DECIDING).asked()
    return list(rows.filter(position__lt=before.position) if before else rows)


def _question(request: Request, pk: int) -> Question:
    return ours.question(request.actor, Act.PLAN, pk=pk)


@page(Act.PLAN)
def listing(request: Request, pk: int) -> HttpResponse:
    """The questions in their order, and the form as people see it."""
    found = access.activity(request.actor, Act.PLAN, pk=pk)
    if found.signup_by == Activity.SignupBy.NONE:
        raise NotFound
    rows = list(questions.counted(found))
    preview = PartyForm(kind=Signup.Kind.PERSON, activity=found)
    context = {
        "section": "campaigns",
        "activity": found,
        "asked": [one for one in rows if one.retired_at is None],
        "retired": [one for one in rows if one.retired_at is not None],
        "preview": [preview[name] for name in preview.fields if name[1:].isdigit()],
    }
    return render(request, "console/questions.html", context)


@page(Act.PLAN)
def add(request: Request, pk: int) -> HttpResponse:
    found = access.activity(request.actor, Act.PLAN, pk=pk)
    form = QuestionForm(request.POST or None, earlier=_earlier(found, None))
    if request.method == "POST" and form.is_valid():
        try:
            asking.add(by=request.actor, activity=found, at=timezone.now(), **form.values())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("The question stands on the form now."))
            return redirect("questions", pk=pk)
    return render(request, "console/question_form.html", {"section": "campaigns", "form": form, "activity": found})


@page(Act.PLAN)
def change(request: Request, pk: int) -> HttpResponse:
    found = _question(request, pk)
    initial = {
        "label": found.label,
        "kind": found.kind,
        "choices": "\n".join(found.choices),
        "help": found.help,
        "required": found.required,
        "condition": f"{found.shown_if_id}:{found.shown_if_answer}" if found.shown_if_id else "",
    }
    form = QuestionForm(request.POST or None, earlier=_earlier(found.activity, found), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = asking.change(by=request.actor, question=found, at=timezone.now(), **form.values())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request,
                gettext("Saved.")
                if made.pk == pk or not found.answers.exists()
                else gettext("Saved as a new question; the answers given so far stay under the old one."),
            )
            return redirect("questions", pk=found.activity_id)
    context = {
        "section": "campaigns",
        "form": form,
        "activity": found.activity,
        "question": found,
        "answered": found.answers.count(),
    }
    return render(request, "console/question_form.html", context)


@page(Act.PLAN)
@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    found = _question(request, pk)
    try:
        asking.move(by=request.actor, question=found, up=request.POST.get("up") == "1", at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    # With the address of the row whoever uses the keyboard goes on from there.
    return redirect(f"{reverse('questions', args=[found.activity_id])}#question-{pk}")


@page(Act.PLAN)
@require_POST
def retire(request: Request, pk: int) -> HttpResponse:
    found = _question(request, pk)
    try:
        asking.retire(by=request.actor, question=found, at=timezone.now())
        messages.success(request, gettext("The question is asked no longer; what was answered stays."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("questions", pk=found.activity_id)


@page(Act.PLAN)
@require_POST
def bring_back(request: Request, pk: int) -> HttpResponse:
    found = _question(request, pk)
    try:
        asking.bring_back(by=request.actor, question=found, at=timezone.now())
        messages.success(request, gettext("The question stands on the form now."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("questions", pk=found.activity_id)


@page(Act.SEE_PEOPLE_WHOLE)
def answer_file(request: Request, pk: int) -> HttpResponse | FileResponse:
    """A file somebody handed in, with a stated purpose, logged."""
    found = ours.answer(request.actor, Act.SEE_PEOPLE_WHOLE, pk=pk)
    if not found.file:
        raise NotFound
    form = WholeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        privacy.note_access(
            by=request.actor,
            organization=found.signup.activity.organization,
            what="answer file",
            purpose=form.cleaned_data["purpose"],
            on=found.signup,
            people=found.signup.size,
            at=timezone.now(),
        )
        return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.value or "file")
    context = {"section": "sessions", "form": form, "answer": found}
    return render(request, "console/answer_file.html", context)
