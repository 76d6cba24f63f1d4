"""What activities ask of whoever signs up, and what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from events.models import Activity
from registrations.models import Answer, Question

#: Kinds whose answers tell nothing about who somebody is: they stand in masked lists, and stay when data is erased.
PLAIN = frozenset({Question.Kind.NUMBER, Question.Kind.CHOICE, Question.Kind.CHOICES, Question.Kind.CONSENT})


def labels(activity: Activity) -> list[str]:
    """The questions on the form now, as people read them. Nothing is read where they came with the activity."""
    return [one.label for one in activity.questions.all() if one.retired_at is None]


def counted(activity: Activity) -> QuerySet[Question]:
    """All questions of an activity in their order, retired ones last, each with the number of its `answered`."""
    rows = Question.objects.filter(activity=activity).select_related("shown_if").annotate(answered=Count("answers"))
    return rows.filter(Q(retired_at=None) | Q(answered__gt=0)).order_by("retired_at", "position", "pk")


@dataclass(frozen=True, slots=True)
class Columns:
    """Questions as columns of a table, and the answers by sign-up and question."""

    questions: tuple[Question, ...]
    answers: dict[int, dict[int, str | Decimal]]

    @property
    def heads(self) -> list[str]:
        """The wording; of questions of several activities with the activity's name."""
        several = len({one.activity_id for one in self.questions}) > 1
        return [f"{one.label}（{one.activity.name}）" if several else one.label for one in self.questions]

    def of(self, signup: int) -> list[str | Decimal]:
        """A sign-up's cells, empty where it was not asked or did not answer."""
        held = self.answers.get(signup, {})
        return [held.get(one.pk, "") for one in self.questions]


def columns(activities: Collection[int], signups: Iterable[int] | QuerySet, *, masked: bool) -> Columns:  # type: ignore[type-arg]
    """Everything these activities ask or asked, as columns; two queries, and one where nothing is asked.

    Masked, the answers in free words, phones, days and files only say that there are some.
    """
    rows = Question.objects.filter(activity__in=activities).select_related("activity").annotate(n=Count("answers"))
    questions = tuple(rows.filter(Q(retired_at=None) | Q(n__gt=0)).order_by("activity", "position", "pk"))
    kinds = {one.pk: one.kind for one in questions}
    answers: dict[int, dict[int, str | Decimal]] = defaultdict(dict)
    if questions:
        for row in Answer.objects.filter(question__in=kinds, signup__in=signups):
            kind = kinds[row.question_id]
            text = shown(kind, row.value, masked=masked)
            # So that a table can add them up.
            answers[row.signup_id][row.question_id] = Decimal(text) if kind == Question.Kind.NUMBER and text else text
    return Columns(questions, dict(answers))


def shown(kind: str, value: str, *, masked: bool) -> str:
    """An answer in a cell: several choices with 、 between them, an agreement and what is masked as a tick."""
    if not value:
        return ""
    if kind == Question.Kind.CONSENT or (masked and kind not in PLAIN):
        return "✓"
    return value.replace("\n", "、") if kind == Question.Kind.CHOICES else value


def said(signups: Collection[int]) -> dict[int, list[tuple[str, str, Answer]]]:
    """(question as it was put, answer as it is shown, row) by sign-up, in the order of the form. One query."""
    found: dict[int, list[tuple[str, str, Answer]]] = defaultdict(list)
    rows = Answer.objects.filter(signup__in=signups).select_related("question")
    for row in rows.order_by("question__position", "question"):
        found[row.signup_id].append((row.asked, shown(row.question.kind, row.value, masked=False), row))
    return found
