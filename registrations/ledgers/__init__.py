"""Ledgers (活动台账) as offices keep them in Excel: which column holds what, and what each cell says. Pure."""

from registrations.ledgers.columns import FIELDS, NUMBERS, REQUIRED, guess, head_row
from registrations.ledgers.days import NotADay, Span, span
from registrations.ledgers.rows import Checked, Entry, Known, Problem, Said, check
from registrations.ledgers.words import blank, form

__all__ = [
    "FIELDS", "NUMBERS", "REQUIRED", "Checked", "Entry", "Known", "NotADay", "Problem", "Said", "Span", "blank",
    "check", "form", "guess", "head_row", "span",
]  # fmt: skip
