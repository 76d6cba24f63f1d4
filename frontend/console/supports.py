"""Expert supports (专家服务记录) of a year: listed, entered many at once, put right, taken back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Organization, Region
from frontend import pages
from frontend.console.ledger import chosen_year
from frontend.forms import Form
from frontend.pages import Request, page
from registrations import access as ours
from registrations import ledgers
from registrations.models import ExpertSupport, Statement
from registrations.operations import supports
from registrations.operations.supports import Support

PER_PAGE, BLANK, MOST = 50, 5, 200
COLUMNS: dict[str, tuple[Promise, int]] = {
    "expert": (_("Expert"), 60),
    "beneficiary": (_("Helped whom"), 160),
    "project": (_("Project"), 160),
    "what": (_("With what"), 300),
    "period": (_("When"), 40),
    "region": (_("Township"), 60),
}
REQUIRED = ("expert", "beneficiary", "what", "period")


@dataclass(slots=True)
class Cell:
    row: int
    name: str
    label: Promise
    value: str
    error: str = ""


def _rows_of(year: int, rows: QuerySet[ExpertSupport]) -> QuerySet[ExpertSupport]:
    return rows.filter(ends_on__year=year)


@page(Act.SEE_FIGURES)
def listing(request: Request) -> HttpResponse:
    year, words = chosen_year(request), request.GET.get("q", "").strip()
    within = ExpertSupport.objects.filter(request.actor.where(Act.SEE_FIGURES, "organization__path"))
    rows = _rows_of(year, within).select_related("organization", "activity", "region").order_by("-ends_on", "-pk")
    if words:
        rows = rows.filter(Q(expert__icontains=words) | Q(beneficiary__icontains=words) | Q(what__icontains=words))
    if request.GET.get("withdrawn") != "1":
        rows = rows.filter(withdrawn_at=None)
    batch = _batch(request.GET.get("batch", ""))
    if batch is not None:
        rows = rows.filter(batch=batch)
    counted = _rows_of(year, within).filter(withdrawn_at=None)
    context = {
        "section": "ledger",
        "year": year,
        "years": years_of(within, year),
        "words": words,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "experts": counted.values("expert").distinct().count(),
        "items": counted.count(),
        "batch": batch,
        "results": Statement.objects.filter(
            request.actor.where(Act.SEE_FIGURES, "activity__organization__path"),
            activity__form="expert_support",
            activity__ends_on__year=year,
            withdrawn_at=None,
        ).select_related("activity"),
        "may_record": request.actor.may_anywhere(Act.RECORD),
    }
    return render(request, "console/supports.html", context)


def years_of(rows: QuerySet[Any], year: int, field: str = "ends_on") -> list[int]:
    found = rows.order_by().values_list(f"{field}__year", flat=True).distinct()
    return sorted({*found, year, timezone.localdate().year}, reverse=True)


def _batch(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError as error:
        raise NotFound from error


def _led(request: Request) -> Organization:
    """The organization that is chosen, else the first. Raises NotFound."""
    led = pages.organizations(request.actor, Act.RECORD)
    code = request.POST.get("organization") or request.GET.get("organization", "")
    found = led.filter(code=code).first() if code else led.first()
    if found is None:
        raise NotFound
    return found


def _sent(request: Request) -> list[list[str]]:
    """The table as it was sent, and what was pasted behind it: a line a row, tabs between, as Excel copies it."""
    columns = [request.POST.getlist(name) for name in COLUMNS]
    rows = [list(row) for row in zip(*columns, strict=False)]
    for line in request.POST.get("pasted", "").splitlines()[: MOST + 1]:
        cells = [cell.strip() for cell in line.split("\t")]
        if any(cells):
            rows.append((cells + [""] * len(COLUMNS))[: len(COLUMNS)])
    return [row for row in rows if any(cell.strip() for cell in row)]


def regions() -> dict[str, Region]:
    return {one.name: one for one in Region.objects.townships()}


def read(rows: Sequence[Sequence[str]], year: int) -> tuple[list[list[Cell]], list[Support]]:
    """The table's cells with what is wrong with each, and the supports where nothing is."""
    known = regions()
    table, found = [], []
    for number, row in enumerate(rows):
        cells = [
            Cell(number, name, label, row[at].strip(), _wrong(name, row[at].strip(), most, year, known))
            for at, (name, (label, most)) in enumerate(COLUMNS.items())
        ]
        table.append(cells)
        if not any(cell.error for cell in cells):
            given = {cell.name: cell.value for cell in cells}
            days = ledgers.span(given.pop("period"), year)
            place = known.get(given.pop("region"))
            found.append(
                Support(starts_on=days.first, ends_on=days.last, precision=days.precision, region=place, **given)
            )
    return table, found


def _wrong(name: str, text: str, most: int, year: int, known: dict[str, Region]) -> str:
    if not text:
        return gettext("This must not be empty.") if name in REQUIRED else ""
    if len(text) > most:
        return gettext("At most %(text)s characters.") % {"text": most}
    if name == "region" and text not in known:
        return gettext("No township of this name. Empty the cell if it is not known.")
    if name == "period":
        try:
            ledgers.span(text, year)
        except ledgers.NotADay:
            return gettext("No date can be read from this. Write for example 2018-09-17, 9月17日, 9月 or 2018年.")
    return ""


@page(Act.RECORD)
def enter(request: Request) -> HttpResponse:
    """Many rows at once: typed, or pasted from Excel and looked through before they count."""
    year, organization = chosen_year(request), _led(request)
    rows = _sent(request) if request.method == "POST" else []
    table, found = read(rows[:MOST], year)
    wrong = sum(bool(cell.error) for row in table for cell in row)
    refused: Refusal | None = None
    saving = request.method == "POST" and request.POST.get("step") == "save"
    if saving and rows and not wrong and not request.POST.get("pasted", "").strip() and len(rows) <= MOST:
        try:
            made = supports.add_many(by=request.actor, organization=organization, supports=found, at=timezone.now())
        except Refusal as refusal:
            refused = refusal
        else:
            words = ngettext("%(n)s support has been entered.", "%(n)s supports have been entered.", len(made))
            messages.success(request, words % {"n": len(made)})
            shown = found[0].ends_on.year
            return redirect(f"{reverse('supports')}?year={shown}&batch={made[0].batch}")
    blank = [[Cell(len(table) + n, name, label, "") for name, (label, _most) in COLUMNS.items()] for n in range(BLANK)]
    context = {
        "section": "ledger",
        "year": year,
        "organization": organization,
        "organizations": pages.organizations(request.actor, Act.RECORD),
        "columns": [label for label, _most in COLUMNS.values()],
        "table": table + blank,
        "wrong": wrong,
        "too_many": len(rows) > MOST,
        "most": MOST,
        "read": len(rows) if request.method == "POST" else 0,
        "empty": saving and not rows,
        "refused": refused,
        "regions": regions().keys(),
    }
    status = refused.status if refused else 400 if saving and (wrong or not rows) else 200
    return render(request, "console/supports_enter.html", context, status=status)


class SupportForm(Form):
    expert = forms.CharField(max_length=60, label=_("Expert"))
    beneficiary = forms.CharField(max_length=160, label=_("Helped whom"))
    project = forms.CharField(required=False, max_length=160, label=_("Project"))
    what = forms.CharField(max_length=300, label=_("With what"))
    period = forms.CharField(max_length=40, label=_("When"), help_text=_("2018-09-17, 9月17日-20日, 9月 or 2018年"))
    region = forms.ModelChoiceField(
        Region.objects.townships(), required=False, to_field_name="code", label=_("Township or subdistrict")
    )

    def __init__(self, *args: Any, year: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.year = year

    def clean_period(self) -> ledgers.Span:
        try:
            return ledgers.span(self.cleaned_data["period"], self.year)
        except ledgers.NotADay as error:
            sentence = gettext("No date can be read from this. Write for example 2018-09-17, 9月17日, 9月 or 2018年.")
            raise forms.ValidationError(sentence) from error


def _written(row: ExpertSupport) -> str:
    """The days of a support as the form reads them again."""
    first, last = row.starts_on, row.ends_on
    if row.date_precision == "year":
        return f"{first.year}年"
    if row.date_precision == "month":
        same = (first.year, first.month) == (last.year, last.month)
        return f"{first.year}年{first.month}月" + ("" if same else f"至{last.year}年{last.month}月")
    return f"{first:%Y-%m-%d}" + ("" if first == last else f"至{last:%Y-%m-%d}")


@page(Act.RECORD)
def change(request: Request, pk: int) -> HttpResponse:
    row = ours.support(request.actor, Act.RECORD, pk=pk)
    initial = {name: getattr(row, name) for name in ("expert", "beneficiary", "project", "what")}
    initial |= {"period": _written(row), "region": row.region.code if row.region else None}
    form = SupportForm(request.POST or None, year=row.ends_on.year, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        days = given.pop("period")
        support = Support(starts_on=days.first, ends_on=days.last, precision=days.precision, **given)
        try:
            supports.change(by=request.actor, row=row, support=support, at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(f"{reverse('supports')}?year={days.last.year}")
    context = {"section": "ledger", "form": form, "row": row, "year": row.ends_on.year}
    return render(request, "console/support_form.html", context, status=400 if form.errors else 200)


@page(Act.RECORD)
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take one row back, or put it back."""
    row = ours.support(request.actor, Act.RECORD, pk=pk)
    if request.POST.get("deed") == "put_back":
        supports.put_back(by=request.actor, rows=[row], at=timezone.now())
        messages.success(request, gettext("It counts again."))
    else:
        supports.withdraw(by=request.actor, rows=[row], at=timezone.now())
        messages.success(request, gettext("Taken back. It stays on record and counts no more."))
    shown = "&withdrawn=1" if request.POST.get("deed") != "put_back" else ""
    return redirect(f"{reverse('supports')}?year={row.ends_on.year}{shown}")


@page(Act.RECORD)
@require_POST
def withdraw_batch(request: Request) -> HttpResponse:
    """Take back all rows that were entered together."""
    batch = _batch(request.POST.get("batch", ""))
    within = ExpertSupport.objects.filter(request.actor.where(Act.RECORD, "organization__path"))
    rows = list(within.filter(batch=batch).select_related("organization")) if batch else []
    if not rows:
        raise NotFound
    done = supports.withdraw(by=request.actor, rows=rows, at=timezone.now())
    words = ngettext("%(n)s row has been taken back.", "%(n)s rows have been taken back.", done)
    messages.success(request, words % {"n": done})
    return redirect(f"{reverse('supports')}?year={rows[0].ends_on.year}")
