"""A course (培训班) in the console: its lessons, who was at which, opening and closing it, and decisions about trainees."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Activity
from frontend import pages
from frontend.forms import Form
from frontend.pages import Request, page
from registrations.models import Attendee, Course
from registrations.operations import courses as doing
from registrations.operations.courses import LessonPlan
from registrations.reports import certificates, course_sheets, courses
from registrations.reports.courses import Gap, Taught

PER_PAGE = 50


def activity_of(request: Request, act: Act, pk: int) -> Activity:
    """An activity that is a course. Raises NotFound."""
    found = access.activity(request.actor, act, pk=pk)
    if found.signup_by != Activity.SignupBy.COURSE:
        raise NotFound
    return found


def gap_words(gaps: list[Gap]) -> list[tuple[str, Gap]]:
    """What is missing, in words."""
    words = {
        "no_lesson": _("No lesson is planned yet."),
        "no_trainee": _("Nobody has signed up yet."),
        "nameless": _("%(n)s people are on the list without a name: they get no certificate."),
        "no_period_number": _("The number of the course (第N期) is not set."),
        "no_teacher": _("No teacher is named."),
        "not_over": _("This lesson is not over yet."),
        "nobody_checked_in": _("Nobody was checked in at this lesson."),
        "undecided": _("Scans of this lesson wait for a decision."),
    }
    return [(str(words[gap.code]) % {"n": gap.people}, gap) for gap in gaps]


@page(Act.SEE_SIGNUPS)
def detail(request: Request, pk: int) -> HttpResponse:
    """Lessons, and the table of trainees × lessons."""
    activity = activity_of(request, Act.SEE_SIGNUPS, pk)
    course = courses.of(activity)
    lessons = courses.timetable(course)
    sheet = Paginator(courses.trainees(activity), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "campaigns",
        "activity": activity,
        "course": course,
        "lessons": lessons,
        "whole": courses.whole(lessons),
        "page": sheet,
        "rows": courses.board(course, lessons, sheet),
        "first": sheet.start_index(),
        "gaps": gap_words(courses.gaps(course, lessons, over_by=timezone.now())),
        "changed": courses.changed_since(course),
        "issued": certificates.of(course).filter(state="issued").count(),
        "can": pages.abilities(request.actor, activity.organization.path),
    }
    return render(request, "console/course.html", context)


class CourseForm(Form):
    period_number = forms.IntegerField(
        required=False, min_value=1, max_value=9999, label=_("Number of the course (第N期)")
    )
    required_share = forms.IntegerField(
        min_value=1, max_value=100, label=_("Share of hours for completion (%)"), help_text=_("Usually 80.")
    )
    unit_minutes = forms.TypedChoiceField(
        choices=Course.Unit.choices, coerce=int, label=_("One teaching hour (学时) lasts")
    )


class LessonForm(Form):
    topic = forms.CharField(required=False, max_length=120, label=_("Topic"))
    teacher = forms.CharField(required=False, max_length=60, label=_("Teacher of the lesson"))
    teacher_title = forms.CharField(required=False, max_length=60, label=_("Title or unit of the teacher"))
    hours = forms.DecimalField(
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=1,
        label=_("Hours"),
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )

    def __init__(self, *args: Any, lesson: Taught, **more: Any) -> None:
        self.lesson = lesson
        initial = {
            "topic": lesson.topic,
            "teacher": lesson.teacher,
            "teacher_title": lesson.teacher_title,
            "hours": lesson.hours if lesson.typed else None,
        }
        super().__init__(*args, prefix=f"s{lesson.session.pk}", initial=initial, **more)
        self.fields["hours"].widget.attrs["placeholder"] = str(lesson.hours)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label} {timezone.localtime(lesson.session.starts_at):%m-%d}"

    def plan(self) -> LessonPlan:
        return LessonPlan(session=self.lesson.session, **self.cleaned_data)


@page(Act.PLAN)
def lessons(request: Request, pk: int) -> HttpResponse:
    """All lessons in one form: hours, topics and teachers."""
    activity = activity_of(request, Act.PLAN, pk)
    course = courses.of(activity)
    initial = {name: getattr(course, name) for name in CourseForm.base_fields}
    form = CourseForm(request.POST or None, initial=initial)
    rows = [LessonForm(request.POST or None, lesson=one) for one in courses.timetable(course)]
    wrong = request.method == "POST" and not all([form.is_valid(), *(row.is_valid() for row in rows)])
    if request.method == "POST" and not wrong:
        try:
            doing.set_lessons(
                by=request.actor,
                activity=activity,
                lessons=[row.plan() for row in rows],
                at=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.refuse(refusal)
            wrong = True
        else:
            messages.success(request, gettext("Saved."))
            return redirect("course", pk=pk)
    context = {"section": "campaigns", "activity": activity, "course": course, "form": form, "rows": rows}
    return render(request, "console/course_lessons.html", context, status=400 if wrong else 200)


class ReasonForm(Form):
    reason = forms.CharField(max_length=200, label=_("Why"))


@page(Act.PLAN)
def step(request: Request, pk: int, step: str) -> HttpResponse:
    """Opening, closing and opening again: what is missing is shown first, and named persons decide all the same."""
    activity = activity_of(request, Act.PLAN, pk)
    course = courses.of(activity)
    if step not in {"open", "close", "reopen"}:
        raise NotFound
    sent = request.POST if request.method == "POST" else None
    form = ReasonForm(sent) if step == "reopen" else Form(sent)
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"by": request.actor, "activity": activity, "at": timezone.now()}
        try:
            if step == "open":
                doing.open_course(**given)
            elif step == "close":
                doing.close(**given)
            else:
                doing.reopen(**given, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            refused = refusal
            form.refuse(refusal)
        else:
            messages.success(request, str(_DONE[step]))
            return redirect("course", pk=pk)
    taught = courses.timetable(course)
    rows = courses.board(course, taught, courses.trainees(activity)) if step == "close" else []
    context = {
        "section": "campaigns",
        "activity": activity,
        "course": course,
        "form": form,
        "step": step,
        "gaps": gap_words(courses.gaps(course, taught, over_by=timezone.now())) if step != "reopen" else [],
        "trainees": len(rows),
        "completing": sum(row.completed for row in rows),
        "whole": courses.whole(taught),
    }
    if refused is None and form.errors:
        return render(request, "console/course_step.html", context, status=400)
    return pages.answer(request, "console/course_step.html", context, refused)


_DONE = {
    "open": _("The course has been opened."),
    "close": _("The course is closed: hours and completion stand as they are."),
    "reopen": _("The course is open again. Close it when everything is right."),
}


@page(Act.PLAN)
@require_POST
def take_over(request: Request, pk: int) -> HttpResponse:
    """What came in after closing holds from now on."""
    activity = activity_of(request, Act.PLAN, pk)
    try:
        many = doing.take_over(by=request.actor, activity=activity, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        words = ngettext("Taken over for %(n)s trainee.", "Taken over for %(n)s trainees.", many)
        messages.success(request, words % {"n": many})
    return redirect("course", pk=pk)


class ResultForm(Form):
    completed = forms.ChoiceField(
        choices=[("rule", _("as the rule says")), ("yes", _("completed")), ("no", _("not completed"))],
        widget=forms.RadioSelect,
        label=_("Completion"),
    )
    reason = forms.CharField(
        required=False,
        max_length=200,
        label=_("Why"),
        help_text=_("Needed where you decide otherwise than the rule; it is kept with your name."),
    )
    mark = forms.CharField(required=False, max_length=20, label=_("Mark of the exam"))


_WORDS = {None: "rule", True: "yes", False: "no"}


@page(Act.PLAN)
def trainee(request: Request, pk: int, attendee: int) -> HttpResponse:
    """One trainee: lesson by lesson, and a named person's decision."""
    activity = activity_of(request, Act.PLAN, pk)
    course = courses.of(activity)
    found: Attendee | None = courses.trainees(activity).filter(pk=attendee).first()
    if found is None:
        raise NotFound
    taught = courses.timetable(course)
    (row,) = courses.board(course, taught, [found])
    result = row.result
    initial = {"completed": _WORDS[result.decided if result else None]}
    if result:
        initial |= {"reason": result.reason, "mark": result.mark}
    form = ResultForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        decided = {"rule": None, "yes": True, "no": False}[given["completed"]]
        try:
            doing.decide(
                by=request.actor,
                activity=activity,
                attendee=found,
                completed=decided,
                reason=given["reason"],
                mark=given["mark"],
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("course", pk=pk)
    context = {
        "section": "campaigns",
        "activity": activity,
        "course": course,
        "row": row,
        "pairs": list(zip(taught, row.cells, strict=True)),
        "whole": courses.whole(taught),
        "form": form,
    }
    return render(request, "console/course_trainee.html", context, status=400 if form.errors else 200)


@page(Act.SEE_SIGNUPS)
def matrix(request: Request, pk: int) -> HttpResponse:
    """The table of hours to print, names masked."""
    activity = activity_of(request, Act.SEE_SIGNUPS, pk)
    made = course_sheets.matrix(courses.of(activity), masked=True, at=timezone.now())
    return pages.paper(made.pdf(), f"kepu-course-{pk}-hours")
