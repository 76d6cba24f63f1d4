"""Courses: lessons, opening and closing, results, certificates; and verifying one, for anybody."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events import access, rushes
from events.access import Act
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.errors import NotFound
from events.models import Activity
from registrations import access as our_access
from registrations import masks
from registrations.api.serializers import courses as shapes
from registrations.models import Attendee, Certificate, Course
from registrations.operations import certificates as issuing
from registrations.operations import courses
from registrations.operations.courses import LessonPlan
from registrations.reports import certificates as listed
from registrations.reports import courses as reports
from registrations.reports.courses import Standing


def _course(found: Course) -> dict[str, Any]:
    lessons = reports.timetable(found)
    return {
        "activity": found.activity.pk,
        "state": found.state,
        "period_number": found.period_number,
        "required_share": found.required_share,
        "unit_minutes": found.unit_minutes,
        "hours": reports.whole(lessons),
        "opened_at": found.opened_at,
        "closed_at": found.closed_at,
        "reopen_reason": found.reopen_reason,
        "lessons": [
            {
                "session": one.session.pk,
                "starts_at": one.session.starts_at,
                "hours": one.hours,
                "typed": one.typed,
                "topic": one.topic,
                "teacher": one.teacher,
                "teacher_title": one.teacher_title,
            }
            for one in lessons
        ],
        "missing": [
            {"code": gap.code, "people": gap.people, "session": gap.session.pk if gap.session else None}
            for gap in reports.gaps(found, lessons, over_by=timezone.now())
        ],
        "changed": len(reports.changed_since(found)),
    }


def _result(row: Standing) -> dict[str, Any]:
    result = row.result
    return {
        "attendee": row.attendee.pk,
        "name": masks.name(row.name),
        "unit": row.unit,
        "marks": [cell.mark.value for cell in row.cells],
        "hours": row.counted,
        "percent": row.percent,
        "completed": row.completed,
        "decided": result.decided if result else None,
        "reason": result.reason if result else "",
        "mark": result.mark if result else "",
        "certificate": row.certificate.number if row.certificate else None,
    }


class CourseEndpoint(Endpoint):
    """`pk` is the number of an activity with sign-up for the whole course."""

    def activity(self, act: Act, pk: int) -> Activity:
        found = access.activity(self.actor, act, pk=pk)
        if found.signup_by != Activity.SignupBy.COURSE:
            raise NotFound
        return found


@extend_schema(tags=["courses"])
class Courses(CourseEndpoint):
    acts = by_action(
        retrieve=Act.SEE_SIGNUPS,
        partial_update=Act.PLAN,
        open=Act.PLAN,
        close=Act.PLAN,
        reopen=Act.PLAN,
        take_over=Act.PLAN,
    )
    queryset = Activity.objects.all()
    serializer_class = shapes.CourseSerializer
    pagination_class = None

    def _told(self, activity: Activity) -> Response:
        return Response(shapes.CourseSerializer(_course(reports.of(activity))).data)

    @extend_schema(summary="Read a course", responses=shapes.CourseSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Its rule, its lessons with hours and teachers, and what is missing."""
        return self._told(self.activity(Act.SEE_SIGNUPS, pk))

    @extend_schema(summary="Set a course's lessons", request=shapes.CourseBody, responses=shapes.CourseSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Number, rule, and lessons. What is not sent stays as it is; a lesson that is sent is replaced as a whole."""
        activity = self.activity(Act.PLAN, pk)
        sent = self.sent(shapes.CourseBody)
        now = reports.of(activity)
        sessions = {one.pk: one for one in activity.sessions.all()}
        lessons = []
        for one in sent.pop("lessons", []):
            session = sessions.get(one.pop("session"))
            if session is None:
                raise NotFound
            lessons.append(LessonPlan(session=session, **one))
        stand = {name: getattr(now, name) for name in ("period_number", "required_share", "unit_minutes")}
        courses.set_lessons(by=self.actor, activity=activity, lessons=lessons, at=timezone.now(), **(stand | sent))
        return self._told(activity)

    @extend_schema(summary="Open a course", request=None, responses=shapes.CourseSerializer)
    def open(self, request: Request, pk: int) -> Response:
        """开班. What is missing is named in the answer and holds nothing up. Opening again changes nothing."""
        activity = self.activity(Act.PLAN, pk)
        courses.open_course(by=self.actor, activity=activity, at=timezone.now())
        return self._told(activity)

    @extend_schema(summary="Close a course", request=None, responses=shapes.CourseSerializer)
    def close(self, request: Request, pk: int) -> Response:
        """结业: hours and completion are frozen. Closing again changes nothing."""
        activity = self.activity(Act.PLAN, pk)
        courses.close(by=self.actor, activity=activity, at=timezone.now())
        return self._told(activity)

    @extend_schema(
        summary="Open a closed course again", request=shapes.CourseReasonBody, responses=shapes.CourseSerializer
    )
    def reopen(self, request: Request, pk: int) -> Response:
        """Hours follow the scans again until it is closed. Certificates stay valid."""
        activity = self.activity(Act.PLAN, pk)
        courses.reopen(by=self.actor, activity=activity, at=timezone.now(), **self.sent(shapes.CourseReasonBody))
        return self._told(activity)

    @extend_schema(summary="Take over late hours", request=None, responses=shapes.TakenOverSerializer)
    def take_over(self, request: Request, pk: int) -> Response:
        """What scans and corrections changed since the course was closed holds from now on."""
        many = courses.take_over(by=self.actor, activity=self.activity(Act.PLAN, pk), at=timezone.now())
        return Response({"trainees": many})


@extend_schema(tags=["courses"])
class Results(CourseEndpoint):
    acts = by_action(list=Act.SEE_SIGNUPS, create=Act.PLAN)
    queryset = Attendee.objects.all()
    serializer_class = shapes.ResultSerializer

    @extend_schema(summary="List a course's trainees")
    def list(self, request: Request, pk: int) -> Response:
        """Each with the lessons they were at, their hours, and whether they complete the course. Names are masked."""
        course = reports.of(self.activity(Act.SEE_SIGNUPS, pk))
        page = self.paginate_queryset(reports.trainees(course.activity))
        rows = reports.board(course, reports.timetable(course), page or [])
        return self.get_paginated_response(self.get_serializer([_result(row) for row in rows], many=True).data)

    @extend_schema(
        summary="Decide about a trainee", request=shapes.ResultBody, responses={201: shapes.ResultSerializer}
    )
    def create(self, request: Request, pk: int) -> Response:
        """A named person's decision, whatever the hours, with its reason; and the mark of an exam."""
        activity = self.activity(Act.PLAN, pk)
        sent = self.sent(shapes.ResultBody)
        found = reports.trainees(activity).filter(pk=sent.pop("attendee")).first()
        if found is None:
            raise NotFound
        courses.decide(by=self.actor, activity=activity, attendee=found, at=timezone.now(), **sent)
        course = reports.of(activity)
        (row,) = reports.board(course, reports.timetable(course), [found])
        return Response(self.get_serializer(_result(row)).data, status=201)


@extend_schema(tags=["courses"])
class Certificates(CourseEndpoint):
    acts = by_action(list=Act.SEE_SIGNUPS, create=Act.PLAN, withdraw=Act.PLAN, reissue=Act.PLAN)
    queryset = Certificate.objects.all()
    serializer_class = shapes.CertificateSerializer

    @extend_schema(summary="List a course's certificates")
    def list(self, request: Request, pk: int) -> Response:
        """The register, withdrawn ones too, in the order of issue. Names are masked."""
        course = reports.of(self.activity(Act.SEE_SIGNUPS, pk))
        page = self.paginate_queryset(listed.of(course))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(summary="Issue certificates", request=None, responses={201: shapes.CertificateSerializer(many=True)})
    def create(self, request: Request, pk: int) -> Response:
        """For everybody who completed the closed course, has a name and no valid certificate: those that are new."""
        made = issuing.issue(by=self.actor, activity=self.activity(Act.PLAN, pk), at=timezone.now())
        return Response(shapes.CertificateSerializer(made, many=True).data, status=201)

    @extend_schema(
        summary="Withdraw a certificate", request=shapes.CourseReasonBody, responses=shapes.CertificateSerializer
    )
    def withdraw(self, request: Request, pk: int) -> Response:
        """Whoever verifies it reads that it is no longer valid. Its number is never given again."""
        found = our_access.certificate(self.actor, Act.PLAN, pk=pk)
        sent = self.sent(shapes.CourseReasonBody)
        made = issuing.withdraw(by=self.actor, certificate=found, at=timezone.now(), **sent)
        return Response(shapes.CertificateSerializer(made).data)

    @extend_schema(
        summary="Issue a certificate anew", request=shapes.ReissueBody, responses={201: shapes.CertificateSerializer}
    )
    def reissue(self, request: Request, pk: int) -> Response:
        """Under the right name and the next number; the old one is withdrawn."""
        found = our_access.certificate(self.actor, Act.PLAN, pk=pk)
        sent = self.sent(shapes.ReissueBody)
        made = issuing.reissue(by=self.actor, certificate=found, at=timezone.now(), **sent)
        return Response(shapes.CertificateSerializer(made).data, status=201)


@extend_schema(tags=["courses"])
class Verification(Endpoint):
    acts = by_action(verify=Act.SEE_PUBLIC)
    queryset = Certificate.objects.all()
    serializer_class = shapes.VerifiedSerializer
    pagination_class = None

    @extend_schema(summary="Verify a certificate", request=shapes.VerifyBody, responses=shapes.VerifiedSerializer)
    def verify(self, request: Request) -> Response:
        """By its number: whether it is valid, of which course, and with the name whether it is this person's. Tries are
        limited for each address, signed in or not."""
        sent = self.sent(shapes.VerifyBody)
        at = timezone.now()
        rushes.let_pass(rushes.CERTIFICATES, rushes.address(request._request), at=at)
        found = our_access.certificate_by_number(sent["number"])
        fits = listed.is_named(found, sent["name"]) if sent["name"] and found.name else None
        told = {name: getattr(found, name) for name in _TOLD} | {
            "name": found.name if fits else masks.name(found.name),
            "name_matches": fits,
            "issued_on": timezone.localdate(found.issued_at),
        }
        return Response(self.get_serializer(told).data)


_TOLD = ("number", "state", "title", "period_number", "starts_on", "ends_on", "hours", "issuer")
