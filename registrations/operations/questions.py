"""What an activity asks of whoever signs up: made, changed, put in order, retired. An answer is never lost by it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import PUBLIC_STATES, Activity
from events.operations import history
from registrations import asking
from registrations.models import Question

MOST = 40
#: Kinds whose answers are known beforehand, so that others may depend on them.
DECIDING = frozenset({Question.Kind.CHOICE, Question.Kind.CHOICES, Question.Kind.CONSENT})
TO_CHOOSE = frozenset({Question.Kind.CHOICE, Question.Kind.CHOICES})


class ChoicesUnfit(Refusal):
    code = "choices_unfit"
    status = 400
    sentence = _("Give at least two different answers to choose from, each of at most 120 characters, one to a line.")


class ConditionUnfit(Refusal):
    code = "condition_unfit"
    status = 400
    sentence = _("A question can depend on an earlier one with answers to choose from, and on one of these answers.")


class OthersDepend(Refusal):
    code = "others_depend"
    sentence = _("“%(label)s” depends on this question. Change that first.")


class QuestionRetired(Refusal):
    code = "question_retired"
    sentence = _("This question is asked no longer. Ask it again before you change it.")


class TooManyQuestions(Refusal):
    code = "too_many_questions"
    sentence = _("An activity asks at most %(most)s questions.")


def answers_of(question: Question) -> list[str]:
    """The answers others may depend on."""
    return [asking.AGREED] if question.kind == Question.Kind.CONSENT else list(question.choices)


@transaction.atomic
def add(*, by: Actor, activity: Activity, at: datetime.datetime, **values: Any) -> Question:
    """A question at the end. `values`: kind, label, help, required, choices, shown_if_id, shown_if_answer.

    Raises ChoicesUnfit, ConditionUnfit, TooManyQuestions.
    """
    held = _locked(activity)
    _refuse_many(held)
    made = Question(activity=activity, position=_last(held) + 1, made_at=at, **values)
    _refuse_unfit(made, held)
    made.save()
    history.record(by=by, verb="ask", on=made, organization=activity.organization, at=at)
    return made


@transaction.atomic
def change(*, by: Actor, question: Question, at: datetime.datetime, **values: Any) -> Question:
    """Change a question. Where that would make answers meaningless – another kind, a choice taken away – and it has some,
    or somebody may be giving one at this moment, it is retired, and a new one takes its place, which is given back.

    Raises ChoicesUnfit, ConditionUnfit, OthersDepend, QuestionRetired.
    """
    activity = question.activity
    held = _locked(activity)
    question = next(one for one in held if one.pk == question.pk)
    if question.retired_at is not None:
        raise QuestionRetired
    was_kind, was_choices = question.kind, list(question.choices)
    for name, value in values.items():
        setattr(question, name, value)
    _refuse_unfit(question, held)
    for other in _dependent(question, held):
        if question.kind not in DECIDING or other.shown_if_answer not in answers_of(question):
            raise OthersDepend(label=other.label)
    outdated = question.kind != was_kind or not set(was_choices) <= set(question.choices)
    if outdated and _may_have_answers(question):
        return _succeed(by, question, held, at)
    question.save()
    history.record(by=by, verb="change", on=question, organization=activity.organization, at=at, fields=values)
    return question


def _succeed(by: Actor, question: Question, held: Sequence[Question], at: datetime.datetime) -> Question:
    """A new question with what this one now says; this one retires as it was, and what depended on it follows."""
    Question.objects.filter(pk=question.pk).update(retired_at=at)
    old, question.pk, question._state.adding = question.pk, None, True
    question.made_at = at
    question.save()
    Question.objects.filter(shown_if=old, retired_at=None).update(shown_if=question)
    history.record(by=by, verb="ask_anew", on=question, organization=question.activity.organization, at=at)
    return question


@transaction.atomic
def move(*, by: Actor, question: Question, up: bool, at: datetime.datetime) -> bool:
    """Change places with the neighbour; False at the end of the list, and where it is asked no longer. Raises
    ConditionUnfit."""
    held = [one for one in _locked(question.activity) if one.retired_at is None]
    here = next((place for place, one in enumerate(held) if one.pk == question.pk), -1)
    there = here - 1 if up else here + 1
    if here < 0 or not 0 <= there < len(held):
        return False
    first, second = sorted((here, there))
    if held[second].shown_if_id == held[first].pk:
        raise ConditionUnfit
    one, other = held[here], held[there]
    one.position, other.position = other.position, one.position
    Question.objects.bulk_update([one, other], ["position"])
    organization = question.activity.organization
    history.record(by=by, verb="change", on=question, organization=organization, at=at, fields=["position"])
    return True


@transaction.atomic
def retire(*, by: Actor, question: Question, at: datetime.datetime) -> None:
    """Ask it no longer. One that nobody can have answered is deleted; else it stays with its answers. Raises
    OthersDepend."""
    held = _locked(question.activity)
    question = next(one for one in held if one.pk == question.pk)
    for other in _dependent(question, held):
        raise OthersDepend(label=other.label)
    history.record(by=by, verb="retire", on=question, organization=question.activity.organization, at=at)
    if _may_have_answers(question):
        Question.objects.filter(pk=question.pk, retired_at=None).update(retired_at=at)
    else:
        Question.objects.filter(shown_if=question).update(shown_if=None, shown_if_answer="")
        question.delete()


@transaction.atomic
def bring_back(*, by: Actor, question: Question, at: datetime.datetime) -> Question:
    """Ask a retired question again, at the end. What it depended on may have gone: then it is asked of everybody. Raises
    TooManyQuestions."""
    held = _locked(question.activity)
    question = next(one for one in held if one.pk == question.pk)
    if question.retired_at is None:
        return question
    _refuse_many(held)
    question.retired_at, question.position = None, _last(held) + 1
    if not _condition_fits(question, held):
        question.shown_if, question.shown_if_answer = None, ""
    question.save()
    history.record(by=by, verb="bring_back", on=question, organization=question.activity.organization, at=at)
    return question


def _locked(activity: Activity) -> list[Question]:
    """All questions of an activity in their order; two who change them at once take turns."""
    Activity.objects.select_for_update().get(pk=activity.pk)
    return list(
        Question.objects.filter(activity=activity).select_related("activity__organization").order_by("position", "pk")
    )


def _last(held: Sequence[Question]) -> int:
    return max((one.position for one in held), default=0)


def _may_have_answers(question: Question) -> bool:
    """Signing up takes no lock on questions: while people can see the activity, one may be writing an answer down."""
    return question.activity.state in PUBLIC_STATES or question.answers.exists()


def _dependent(question: Question, held: Sequence[Question]) -> list[Question]:
    return [one for one in held if one.shown_if_id == question.pk and one.retired_at is None]


def _refuse_many(held: Sequence[Question]) -> None:
    if sum(one.retired_at is None for one in held) >= MOST:
        raise TooManyQuestions(most=MOST)


def _refuse_unfit(question: Question, held: Sequence[Question]) -> None:
    # Several choices are kept as lines: none of them may hold one.
    choices = [" ".join(one.split()) for one in question.choices] if question.kind in TO_CHOOSE else []
    question.choices = choices
    fit = 2 <= len(set(choices)) == len(choices) <= 60 and all(0 < len(one) <= 120 for one in choices)
    if question.kind in TO_CHOOSE and not fit:
        raise ChoicesUnfit(field="choices")
    if question.shown_if_id is None:
        question.shown_if_answer = ""
    if not _condition_fits(question, held):
        raise ConditionUnfit(field="shown_if_answer")


def _condition_fits(question: Question, held: Sequence[Question]) -> bool:
    if question.shown_if_id is None:
        return True
    other = next((one for one in held if one.pk == question.shown_if_id), None)
    if other is None or other.pk == question.pk or other.retired_at is not None or other.kind not in DECIDING:
        return False
    return (other.position, other.pk) < (question.position, question.pk or 2**62) and (
        question.shown_if_answer in answers_of(other)
    )
