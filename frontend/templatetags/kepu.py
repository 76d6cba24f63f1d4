"""How pages write days, people, numbers and states. Every template has these without loading them."""

from __future__ import annotations

import datetime
import functools
import json
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events import audiences, dates
from events.models import Activity, Campaign, History, Session
from frontend import deeds
from frontend.language import chinese
from registrations import figures, grades, masks, phrases
from registrations.figures import Amount, Figure, Grade
from registrations.indicators import measures
from registrations.ledgers import Said, Span
from registrations.models import DataAccess, SignupTerms, StockChange
from registrations.tickets import shortcode

register = template.Library()


@register.filter
def when(session: Session) -> str:
    """«9月17日（周一）09:00–11:30»; of one that was entered afterwards the day alone, for its hours were not asked."""
    start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    if session.activity.entered_afterwards:
        return dates.day(start.date(), zh=chinese(), today=timezone.localdate())
    return dates.hours(start, end, zh=chinese(), today=timezone.localdate())


@register.filter
def when_together(session: Session) -> str:
    """The same, and of a morning the hours of its afternoon too: both are signed up for as one."""
    other = session.counterpart if session.half == Session.Half.MORNING else None
    if other is None or other.state == Session.State.CALLED_OFF:
        return when(session)
    start, end = timezone.localtime(other.starts_at), timezone.localtime(other.ends_at)
    return f"{when(session)}{'、' if chinese() else ', '}{start:%H:%M}–{end:%H:%M}"


@register.filter
def ages(terms: SignupTerms) -> str:
    """Whom an activity is made for by age; empty where for everybody."""
    low, high = terms.min_age, terms.max_age
    if low is None and high is None:
        return ""
    if high is None:
        return _("For people of %(low)s years or older") % {"low": low}
    if low is None:
        return _("For people of up to %(high)s years") % {"high": high}
    return _("For people aged %(low)s to %(high)s") % {"low": low, "high": high}


@register.filter(name="grades")
def grades_of(terms: SignupTerms) -> str:
    """The school grades of its classes, in words."""
    joint = "、" if chinese() else ", "
    return joint.join(grades.label(code, "zh" if chinese() else "en") for code in grades.GRADES if code in terms.grades)


@register.filter
def over(session: Session) -> bool:
    return session.ends_at <= timezone.now()


@register.filter
def period(row: Activity | Campaign) -> str:
    """The days of an activity or campaign, as precisely as they are known."""
    precision = getattr(row, "date_precision", "day")
    return dates.span(row.starts_on, row.ends_on, precision, zh=chinese(), today=timezone.localdate())


@register.filter
def day(value: datetime.date | datetime.datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).date()
    return dates.day(value, zh=chinese(), today=timezone.localdate())


@register.filter
def full_day(value: datetime.date | datetime.datetime) -> str:
    """«2026年11月25日»: of what is read in other years too."""
    value = timezone.localtime(value).date() if isinstance(value, datetime.datetime) else value
    return dates.day(value, zh=chinese(), today=None, weekday=False)


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """«9月17日 09:05»."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{dates.day(local.date(), zh=chinese(), today=timezone.localdate(), weekday=False)} {local:%H:%M}"


@register.filter
def clock(value: datetime.datetime | None) -> str:
    return f"{timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def masked(name: str) -> str:
    return masks.name(name)


@register.filter
def masked_email(text: str) -> str:
    return masks.email(text)


@register.filter
def masked_phone(number: str) -> str:
    return masks.phone(number)


@register.filter
def audience(code: str) -> str:
    return audiences.label(code, get_language() or "zh")


@register.filter
def measure(code: str) -> str:
    known = measures.all_measures().get(code)
    return known.label(get_language() or "zh") if known else code


@register.filter
def unit(code: str) -> str:
    known = measures.all_measures().get(code)
    return "" if known is None else known.unit if chinese() else known.unit_en


@register.simple_tag
def amount(part: Amount, of: str) -> str:
    """An amount of a measure in words: «500多人», «at least 500 people»."""
    known = measures.get(of)
    return phrases.write(part, known.unit) if chinese() else phrases.write_english(part, known.unit_en)


@register.simple_tag
def figure(value: Figure) -> str:
    """By the unit the figure itself has: lectures are 场 in one catalogue and 次 in another."""
    return phrases.write(value.whole, value.unit) if chinese() else amount(value.whole, value.measure)


_GRADES = {
    Grade.SCANNED: ("qrcode", "green"),
    Grade.CONFIRMED: ("list-check", "teal"),
    Grade.SELF: ("user-check", "cyan"),
    Grade.TALLIED: ("calculator", "azure"),
    Grade.ESTIMATED: ("wave-sine", "yellow"),
    Grade.REPORTED: ("file-text", "orange"),
}


@register.inclusion_tag("parts/grade.html")
def grade(value: str, part: Amount | None = None, of: str = "") -> dict[str, Any]:
    """How a number is known: by word, icon and colour together."""
    icon_name, colour = _GRADES[Grade(value)]
    words = {
        Grade.SCANNED: _("scanned"),
        Grade.CONFIRMED: _("confirmed from a roster or paper"),
        Grade.SELF: _("self-reported"),
        Grade.TALLIED: _("counted on the spot"),
        Grade.ESTIMATED: _("estimated"),
        Grade.REPORTED: _("from a document"),
    }
    text = amount(part, of) if part is not None else ""
    return {"word": words[Grade(value)], "icon_name": icon_name, "colour": colour, "text": text}


_STATES = {
    "draft": ("pencil", "secondary"),
    "published": ("speakerphone", "green"),
    "held": ("circle-check", "blue"),
    "called_off": ("circle-x", "red"),
    "archived": ("archive", "secondary"),
    "scheduled": ("calendar", "green"),
    "confirmed": ("circle-check", "green"),
    "waiting": ("clock", "yellow"),
    "offered": ("bell", "azure"),
    "pending": ("hourglass", "yellow"),
    "cancelled": ("circle-x", "secondary"),
    "refused": ("circle-x", "red"),
    "lapsed": ("clock", "secondary"),
    "printed": ("printer", "secondary"),
    "queued": ("hourglass", "yellow"),
    "sending": ("send", "azure"),
    "sent": ("circle-check", "green"),
    "failed": ("circle-x", "red"),
    "unsure": ("alert-triangle", "yellow"),
    "withdrawn": ("arrow-back-up", "secondary"),
    "returned": ("arrow-back-up", "yellow"),
    "accepted": ("circle-check", "green"),
    "filled_in": ("edit", "azure"),
    "reviewed": ("shield-check", "green"),
    "done": ("circle-check", "green"),
    "undone": ("arrow-back-up", "secondary"),
}


@register.inclusion_tag("parts/state.html")
def state(row: Any) -> dict[str, Any]:
    """A row's state by word, icon and colour together."""
    icon_name, colour = _STATES[row.state]
    return {"word": row.get_state_display(), "icon_name": icon_name, "colour": colour}


@functools.cache
def _sprite(name: str) -> str:
    """Participants' pages load a small sprite; what only the console shows is in another."""
    names = json.loads((settings.BASE_DIR / "frontend" / "assets" / "icons.json").read_text())
    return "icons.svg" if name in names["icons"] else "icons-console.svg"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One symbol of the icon sprite; without a label it says nothing to a screen reader."""
    address = f"{static(_sprite(name))}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


@register.filter
def grouped(code: str) -> str:
    """A short code as it is read out: «7K3M 9QXZ»."""
    return f"{code[: shortcode.LENGTH // 2]} {code[shortcode.LENGTH // 2 :]}"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changed: Any) -> str:
    """The present query string with some parameters changed; empty ones leave."""
    given = context["request"].GET.copy()
    for name, value in changed.items():
        if value in (None, ""):
            given.pop(name, None)
        else:
            given[name] = str(value)
    return f"?{given.urlencode()}" if given else "?"


@register.filter
def deed(row: History) -> str:
    return deeds.sentence(row)


@register.filter
def kind_of(row: DataAccess) -> str:
    return str(deeds.KINDS.get(row.kind, row.kind))


@register.filter
def doer(row: History) -> str:
    return deeds.actor(row)


@register.simple_tag
def span(days: Span) -> str:
    """The days a cell of a ledger names, the year always with them."""
    return dates.span(days.first, days.last, days.precision, zh=chinese(), today=datetime.date.min)


@register.simple_tag
def said(stated: Said, of: str) -> str:
    """A number as its cell has it, and as it is understood."""
    return amount(figures.amount(stated.number, stated.bound), of)


@register.simple_tag
def stock_day(row: StockChange) -> str:
    """The day of a change as exactly as it is known."""
    return dates.span(row.on, row.on, row.date_precision, zh=chinese(), today=datetime.date.min)
