"""What an activity asks of whoever signs up, and whether an answer will do. Pure.

A question may be asked only where another, earlier one is answered in a certain way; what is not asked is not heard.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from registrations import phones

#: The answer of an agreement that is given.
AGREED = "yes"
LONGEST = 1000
#: Places after the point that a number may have.
FINEST = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """`condition`: (question, answer) under which it is asked."""

    id: int
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    condition: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Answers by question, several choices as lines, without those that are empty or not asked for; and what is wrong, by
    question, as a code."""

    answers: dict[int, str]
    problems: dict[int, str]


def check(asked: Sequence[Asked], given: Mapping[int, str | Sequence[str]]) -> Checked:
    """`asked` in their order; of a file the name is its answer."""
    answers: dict[int, str] = {}
    problems: dict[int, str] = {}
    for one in asked:
        if not is_shown(one, answers):
            continue
        value, problem = _read(one, given.get(one.id, ""))
        if problem:
            problems[one.id] = problem
        elif value:
            answers[one.id] = value
        elif one.required:
            problems[one.id] = "agreement_missing" if one.kind == "consent" else "answer_missing"
    return Checked(answers, problems)


def is_shown(one: Asked, answers: Mapping[int, str]) -> bool:
    """Whether a question is asked, given the answers to earlier ones."""
    if one.condition is None:
        return True
    other, answer = one.condition
    return answer in answers.get(other, "").split("\n")


def _read(one: Asked, given: str | Sequence[str]) -> tuple[str, str]:
    """(the answer as it is kept, what is wrong with it)."""
    if not given:
        return "", ""
    if one.kind == "choices":
        chosen = [given] if isinstance(given, str) else list(given)
        if not set(chosen) <= set(one.choices):
            return "", "not_a_choice"
        return "\n".join(choice for choice in one.choices if choice in chosen), ""
    if not isinstance(given, str):
        return "", "unreadable"
    text = given.replace("\r\n", "\n").strip()
    if not text:
        return "", ""
    if len(text) > LONGEST:
        return "", "too_long"
    if one.kind == "choice":
        return (text, "") if text in one.choices else ("", "not_a_choice")
    if one.kind == "number":
        return _number(text)
    if one.kind == "date":
        return _date(text)
    if one.kind == "phone":
        number = phones.mobile(text)
        return (number, "") if number else ("", "phone_unreadable")
    if one.kind == "consent":
        return (AGREED, "") if text.lower() in {AGREED, "true", "on", "1"} else ("", "")
    return text, ""


def _number(text: str) -> tuple[str, str]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "", "number_unreadable"
    if not number.is_finite() or abs(number) > 10**12 or number != round(number, FINEST):
        return "", "number_unreadable"
    return f"{number.normalize():f}", ""


def _date(text: str) -> tuple[str, str]:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return "", "date_unreadable"
    return (day.isoformat(), "") if 1900 <= day.year <= 2100 else ("", "date_unreadable")
