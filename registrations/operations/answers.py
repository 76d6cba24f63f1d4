"""Answers to an activity's questions: looked through, and written with their sign-up."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from events.models import Activity
from registrations import asking
from registrations.models import Answer, Question, Signup
from registrations.operations import files

SENTENCES: dict[str, Promise] = {
    "answer_missing": _("Please answer this question."),
    "agreement_missing": _("Please tick this box, or come without signing up."),
    "not_a_choice": _("Choose from the list."),
    "too_long": _("At most 1000 characters."),
    "number_unreadable": _("Give a number in figures."),
    "date_unreadable": _("Give a day as 2026-09-17."),
    "phone_unreadable": _("This is no mobile number (11 digits)."),
    "unreadable": _("This is no answer to the question."),
    "file_unfit": _("Only a photo or a PDF of at most 10 MB."),
    "unknown": _("There is no such question here."),
}
#: What may be handed in, with the ending its name gets: it is opened as what it is, whatever it was called.
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}
LARGEST_FILE = 10_000_000


class AnswersUnfit(Refusal):
    """`fields`: «q<id>» → sentences."""

    code = "answers_unfit"
    status = 400
    sentence = _("Some answers need correcting.")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that will do, as it is kept; a file that is kept from before has no `file`."""

    question: Question
    value: str
    file: UploadedFile | None = None


def as_asked(question: Question, *, required: bool = True) -> asking.Asked:
    condition = (question.shown_if_id, question.shown_if_answer) if question.shown_if_id else None
    return asking.Asked(question.pk, question.kind, required and question.required, tuple(question.choices), condition)


def cleaned(
    *,
    activity: Activity,
    given: Mapping[str, Any],
    at: datetime.datetime,
    signup: Signup | None = None,
    required: bool = True,
) -> tuple[Given, ...]:
    """The answers that are asked for, by «<id>» or «q<id>»: values as people give them, several choices as a list, a file
    as it was uploaded – or left out, where the `signup` has handed it in before. Not `required`: what nobody knows may be
    left out, as by the office that signs somebody up on the telephone. One query where nothing is asked, and
    none where the questions came with the activity.

    Raises AnswersUnfit.
    """
    questions = [one for one in activity.questions.all() if one.retired_at is None]
    values = {name.removeprefix("q"): value for name, value in given.items()}
    known = {str(one.pk) for one in questions}
    wrong = {f"q{name}": [str(SENTENCES["unknown"])] for name, value in values.items() if name not in known and value}
    if not questions and not wrong:
        return ()
    texts = {int(name): _text(value) for name, value in values.items() if name in known}
    uploads = {
        one.pk: upload
        for one in questions
        if one.kind == Question.Kind.FILE and isinstance(upload := values.get(str(one.pk)), UploadedFile)
    }
    texts |= dict.fromkeys(uploads, "file") | _handed_in_before(questions, uploads, signup)
    found = asking.check([as_asked(one, required=required) for one in questions], texts)
    names = {pk: _name(upload) for pk, upload in uploads.items() if pk in found.answers}
    problems = found.problems | {pk: "file_unfit" for pk, name in names.items() if not name}
    wrong |= {f"q{pk}": [str(SENTENCES[code])] for pk, code in problems.items()}
    if wrong:
        raise AnswersUnfit(fields=wrong)
    kept = found.answers | names
    return tuple(Given(one, kept[one.pk], uploads.get(one.pk)) for one in questions if one.pk in kept)


def _text(value: Any) -> str | list[str]:
    """A value as `asking` reads it; what is neither words, a number nor a list comes out as a list that fits nothing."""
    if value is None or value is False:
        return ""
    if value is True:
        return asking.AGREED
    if isinstance(value, str | int | float):
        return str(value)
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _name(upload: UploadedFile) -> str:
    """The name under which a file is kept; empty where it is none that may be handed in."""
    try:
        ending = ENDINGS.get(files.media_type(upload, field="file"), "")
    except files.FileUnfit:
        return ""
    fits = ending and (upload.size or 0) <= LARGEST_FILE
    return f"{PurePath(upload.name or 'file').stem[:90]}{ending}" if fits else ""


def _handed_in_before(
    questions: Sequence[Question], uploads: Mapping[int, UploadedFile], signup: Signup | None
) -> dict[int, str]:
    """A file cannot be typed: where none came along the one from before stays, and a text in its place is none."""
    of_files = [one.pk for one in questions if one.kind == Question.Kind.FILE and one.pk not in uploads]
    if not of_files:
        return {}
    held = dict.fromkeys(of_files, "")
    if signup is not None:
        rows = Answer.objects.filter(signup=signup, question__in=of_files).exclude(file="")
        held |= {row.question_id: row.value for row in rows}
    return held


def write_all(answers: Iterable[tuple[Signup, Sequence[Given]]], *, at: datetime.datetime) -> None:
    """The answers of new sign-ups: one query, and none where there are no answers. Call inside a transaction."""
    Answer.objects.bulk_create(_row(signup, one, at) for signup, some in answers for one in some)


def replace(*, signup: Signup, answers: Sequence[Given], at: datetime.datetime) -> bool:
    """Other answers in the place of the present ones; whether anything changed. What was answered to questions that are
    asked no longer stays. Call inside a transaction."""
    held = {row.question_id: row for row in Answer.objects.filter(signup=signup).select_related("question")}
    wanted = {one.question.pk: one for one in answers}
    leaving = [row for pk, row in held.items() if pk not in wanted and row.question.retired_at is None]
    changed = [
        one for pk, one in wanted.items() if pk not in held or one.file is not None or held[pk].value != one.value
    ]
    forget_files(leaving)
    Answer.objects.filter(pk__in=[row.pk for row in leaving]).delete()
    for one in changed:
        row = held.get(one.question.pk) or Answer(signup=signup, question=one.question)
        if row.file and one.file is not None:
            forget_files([row])
        row.asked, row.value, row.answered_at = one.question.label, one.value, at
        if one.file is not None:
            row.file = one.file
        row.save()
    return bool(changed or leaving)


def forget_files(rows: Iterable[Answer]) -> None:
    """Delete what was uploaded, once the transaction holds."""
    for row in rows:
        if row.file:
            transaction.on_commit(functools.partial(row.file.storage.delete, str(row.file.name)))


def _row(signup: Signup, one: Given, at: datetime.datetime) -> Answer:
    row = Answer(signup=signup, question=one.question, asked=one.question.label, value=one.value, answered_at=at)
    if one.file is not None:
        row.file = one.file
    return row
