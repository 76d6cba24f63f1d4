"""The activity ledger (活动台账) of a year: found, filtered, exported; what is missing is flagged."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events import audiences, dates
from events.access import Act, Actor
from events.errors import NotFound
from events.models import Activity, Campaign, Region
from events.models import Form as StatisticalForm
from frontend.language import chinese
from frontend.pages import Request, page
from registrations import phrases
from registrations.figures import Amount
from registrations.indicators import measures
from registrations.models import ActivityRecord
from registrations.reports import activity_ledger, workbooks
from registrations.reports.activity_ledger import Line

PER_PAGE = 40
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GAPS = {"record": _("record"), "photos": _("photos"), "people": _("number of people")}


class LedgerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Search"))
    campaign = django_filters.ModelChoiceFilter(queryset=Campaign.objects.none(), label=_("Campaign"))
    form = django_filters.ChoiceFilter(choices=StatisticalForm.choices, label=_("Form"))
    region = django_filters.ModelChoiceFilter(
        queryset=Region.objects.townships(), to_field_name="code", label=_("Township")
    )
    state = django_filters.ChoiceFilter(
        choices=[("none", _("no record")), *ActivityRecord.State.choices], method="recorded", label=_("Record")
    )
    lacks = django_filters.ChoiceFilter(
        choices=[("any", _("anything")), *GAPS.items()], method="lacking", label=_("Missing")
    )

    class Meta:
        model = Activity
        fields: list[str] = []

    def __init__(self, *args: Any, actor: Actor, year: int, **more: Any) -> None:
        super().__init__(*args, **more)
        mine = Campaign.objects.filter(actor.where(Act.SEE_FIGURES, "organization__path"), year=year)
        self.filters["campaign"].queryset = mine.order_by("-starts_on", "pk")

    def named(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        return rows.filter(
            Q(name__icontains=value) | Q(place__icontains=value) | Q(organization__name__icontains=value)
        )

    def recorded(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        made = ActivityRecord.objects.filter(activity=OuterRef("pk"))
        return rows.filter(~Exists(made)) if value == "none" else rows.filter(Exists(made.filter(state=value)))

    def lacking(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        if value == "any":
            return rows.filter(Q(lacks_record=True) | Q(lacks_photos=True) | Q(lacks_people=True))
        return rows.filter(**{f"lacks_{value}": True})


def chosen_year(request: Request) -> int:
    """The year that was asked for, else this one. Raises NotFound for what cannot be meant."""
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else timezone.localdate().year
    if not 1949 <= year <= 2100:
        raise NotFound
    return year


def _chosen(request: Request) -> tuple[int, LedgerFilter]:
    year = chosen_year(request)
    rows = activity_ledger.activities(request.actor, year=year, at=timezone.now())
    found = LedgerFilter(request.GET, queryset=rows, actor=request.actor, year=year)
    for field in found.form.fields.values():
        field.widget.attrs["class"] = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
    return year, found


@page(Act.SEE_FIGURES)
def listing(request: Request) -> HttpResponse:
    year, found = _chosen(request)
    sheet = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "ledger",
        "year": year,
        "years": sorted({*activity_ledger.years(request.actor), timezone.localdate().year, year}, reverse=True),
        "filter": found,
        "page": sheet,
        "lines": activity_ledger.lines(list(sheet)),
        "gaps": GAPS,
        "may_record": request.actor.may_anywhere(Act.RECORD),
        "measures": activity_ledger.MEASURES,
    }
    return render(request, "console/ledger.html", context)


@page(Act.SEE_FIGURES)
def download(request: Request, form: str) -> HttpResponse | StreamingHttpResponse:
    """The lines that are shown, all pages of them, in the language of the page."""
    year, found = _chosen(request)
    if form not in {"xlsx", "csv"}:
        raise NotFound
    rows = list(_cells(activity_ledger.lines(list(found.qs.prefetch_related("co_organizers", "audience_rows")))))
    title = gettext("Activity ledger %(year)s") % {"year": year}
    response: HttpResponse | StreamingHttpResponse
    if form == "xlsx":
        response = HttpResponse(workbooks.table(title, _heads(), rows), content_type=XLSX)
    else:
        response = StreamingHttpResponse(workbooks.csv_lines(_heads(), rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="kepu-ledger-{year}.{form}"'
    return response


def _heads() -> list[str]:
    numbered = [measures.get(code) for code in activity_ledger.MEASURES]
    return [
        gettext("No."), gettext("Name"), gettext("Statistical form"), gettext("Campaign"), gettext("When"),
        gettext("Where"), gettext("Township"), gettext("Lead organization"), gettext("Units that joined in"),
        gettext("Experts"), gettext("For whom"), gettext("Expected"), gettext("Actually came"),
        *[one.label("zh" if chinese() else "en") for one in numbered], gettext("Photos"), gettext("Documents"),
        gettext("Links"), gettext("Filled in by"), gettext("Reviewed by"), gettext("Missing"),
    ]  # fmt: skip


def _said(part: Amount | None, measure: str) -> str:
    if part is None:
        return ""
    known = measures.get(measure)
    return phrases.write(part, known.unit) if chinese() else phrases.write_english(part, known.unit_en)


def _cells(lines: list[Line]) -> Iterator[list[object]]:
    joint = "、" if chinese() else ", "
    for number, line in enumerate(lines, start=1):
        one, record = line.activity, line.record
        when = dates.span(one.starts_on, one.ends_on, one.date_precision, zh=chinese(), today=datetime.date.min)
        partners = (record.partners if record else "") or joint.join(each.name for each in one.co_organizers.all())
        yield [
            number, one.name, str(one.get_form_display()), one.campaign.name, when, one.place,
            one.region.name if one.region else "", one.organization.name, partners, record.experts if record else "",
            joint.join(audiences.label(code, "zh" if chinese() else "en") for code in one.audiences),
            "" if line.expected is None else line.expected, _said(line.people, "attendance"),
            *[_said(part, measure) for measure, part in line.by_measure], line.photos, line.documents,
            " ".join(line.links), str(record.filled_in_by or "") if record else "",
            str(record.reviewed_by or "") if record else "", joint.join(str(GAPS[what]) for what in line.lacks),
        ]  # fmt: skip
