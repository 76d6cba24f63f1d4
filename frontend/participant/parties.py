"""Who signs up, as people give it on a phone: names one to a line, and how many in all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from events.models import Activity, Region
from frontend.forms import Form
from frontend.participant import questions
from registrations import grades, rosters
from registrations.models import Attendee, Signup
from registrations.operations import rules
from registrations.operations.signups import LARGEST_PARTY, Line, Party

#: Kinds in the order the page offers them.
KINDS = [Signup.Kind.PERSON, Signup.Kind.FAMILY, Signup.Kind.CLASS, Signup.Kind.VILLAGE, Signup.Kind.GROUP]
#: Kinds of which somebody has a list of names: see `frontend.participant.lists`.
LISTED = [Signup.Kind.VILLAGE, Signup.Kind.GROUP, Signup.Kind.CLASS]


class PartyForm(Form):
    """Fields of one kind of sign-up; a class or village needs no names, only how many."""

    name = forms.CharField(max_length=60, label=_("Full name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    unit = forms.CharField(max_length=120, label=_("Unit"))
    people = forms.IntegerField(
        min_value=1,
        max_value=LARGEST_PARTY,
        label=_("How many people in all"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    names = forms.CharField(
        required=False,
        max_length=20_000,
        label=_("Names, one to a line"),
        help_text=_("May be left empty or incomplete: the others are counted without a name."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    contact_name = forms.CharField(
        max_length=60, label=_("Contact"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = forms.CharField(
        required=False,
        max_length=30,
        label=_("Mobile phone"),
        help_text=_("Only used if the session is moved or called off. It is kept encrypted."),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    village = forms.CharField(required=False, max_length=60, label=_("Village or community"))
    region = forms.ModelChoiceField(
        Region.objects.townships(), required=False, to_field_name="code", label=_("Township or subdistrict")
    )
    contact_email = forms.EmailField(
        required=False,
        max_length=120,
        label=_("E-mail"),
        help_text=_("May be left empty. You are told there how the sign-up stands."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    age = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=120,
        label=_("Age"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    ages = forms.CharField(
        required=False, max_length=60, label=_("Ages of the children"), help_text=_("In years, with commas: 8, 11")
    )
    grade = forms.ChoiceField(required=False, label=_("School grade"))
    under_14 = forms.BooleanField(required=False, label=_("The one who signs up is younger than 14"))
    guardian_name = forms.CharField(
        required=False,
        max_length=60,
        label=_("Guardian's name"),
        help_text=_("If the one who signs up is younger than 14."),
    )
    guardian_agrees = forms.BooleanField(
        required=False,
        label=_("I am the guardian of the child under 14 and agree to the sign-up and to how the data is used."),
    )
    guardian_consent = forms.ChoiceField(
        required=False,
        choices=[
            (Signup.Guardian.PAPER, _("The guardians have signed; the papers lie at the school.")),
            (Signup.Guardian.OLDER, _("All of them are 14 or older.")),
        ],
        label=_("If names are given: do the guardians agree?"),
        help_text=_("Without names, only how many come, nobody has to be asked."),
        widget=forms.RadioSelect(),
    )
    note = forms.CharField(required=False, max_length=300, label=_("Note for the organizer"))

    _FIELDS = {
        Signup.Kind.PERSON: ["name", "age", "contact_phone", "contact_email", "region", "village", "under_14",
                             "guardian_name", "guardian_agrees", "note"],
        Signup.Kind.FAMILY: ["contact_name", "names", "people", "ages", "contact_phone", "contact_email", "region",
                             "guardian_agrees", "note"],
        Signup.Kind.CLASS: ["unit", "grade", "people", "contact_name", "contact_phone", "contact_email", "names",
                            "guardian_consent", "region", "note"],
        Signup.Kind.VILLAGE: ["region", "unit", "people", "contact_name", "contact_phone", "contact_email", "names",
                              "note"],
        Signup.Kind.GROUP: ["unit", "people", "contact_name", "contact_phone", "contact_email", "names", "region",
                            "note"],
    }  # fmt: skip
    _LABELS = {
        Signup.Kind.CLASS: {"unit": _("School and class"), "contact_name": _("Teacher")},
        Signup.Kind.VILLAGE: {"unit": _("Village or community")},
        Signup.Kind.GROUP: {"unit": _("Name of the group")},
        Signup.Kind.FAMILY: {"contact_name": _("Your name"), "names": _("Who comes along, one name to a line")},
    }

    def __init__(self, *args: Any, kind: str, activity: Activity, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind, self.terms = Signup.Kind(kind), rules.terms_of(activity)
        wanted = [name for name in self._FIELDS[self.kind] if name not in self._not_asked()]
        asked = questions.fields_for(activity)
        self.dress(asked.values())
        self.fields = (
            {name: self.fields[name] for name in wanted} | asked | {name: self.fields[name] for name in self._further()}
        )
        if "under_14" in self.fields:
            for name in ("guardian_name", "guardian_agrees"):
                self.fields[name].widget.attrs |= {"data-shown-if": "under_14", "data-shown-if-answer": "on"}
        for name, label in self._LABELS.get(self.kind, {}).items():
            self.fields[name].label = label
        for name in {"age", "ages", "grade"} & self.fields.keys():
            self.fields[name].required = True
        if "grade" in self.fields:
            allowed = [(code, grades.label(code, get_language() or "zh")) for code in self.terms.grades]
            self.fields["grade"].choices = [("", _("– choose –")), *allowed]  # type: ignore[attr-defined]

    def _not_asked(self) -> set[str]:
        """Fields for which the terms of the activity, or this installation, have no use."""
        by_age = self.terms.min_age is not None or self.terms.max_age is not None
        unused = {"under_14"} if by_age else {"age", "ages"}
        unused |= set() if self.terms.grades else {"grade"}
        return unused | (set() if settings.KEPU_EMAIL else {"contact_email"})

    def _further(self) -> list[str]:
        """Fields of a subclass, after ours."""
        return [name for name in self.fields if name not in PartyForm.base_fields]

    #: Where a rule speaks of all kinds of sign-up, the field of this one that it is about.
    _BESIDE = {"ages": "age", "guardian_consent": "guardian_agrees"}

    def takes(self, refusal: Refusal) -> bool:
        beside = self._BESIDE.get(refusal.field or "", "")
        if refusal.field not in self.fields and beside in self.fields:
            self.add_error(beside, forms.ValidationError(refusal.message, code=refusal.code))
            return True
        return super().takes(refusal)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        names = named(given.get("names", ""))
        if any(len(name) > 60 for name in names):
            self.add_error("names", _("A name has at most 60 characters. One name to a line, please."))
        if "ages" in given and ages_in(given["ages"]) is None:
            self.add_error("ages", _("Give ages in years, with commas between them: 8, 11"))
        if "people" in given and len(names) + self._self(given) > given["people"]:
            self.add_error("people", _("There are more names than people."))
        return given

    def _self(self, given: dict[str, Any]) -> int:
        """A family's contact comes too, unless they stand in the list."""
        return int(self.kind == Signup.Kind.FAMILY and given.get("contact_name") not in named(given.get("names", "")))


def named(text: str) -> list[str]:
    """Names from a list as people paste it: one to a line, with commas and the like between them, or a 接龙 message."""
    if rosters.is_numbered(text):
        return [row.name for row in rosters.message(text) if row.name]
    for separator in "，,、；;\t":
        text = text.replace(separator, "\n")
    return [name for line in text.splitlines() if (name := " ".join(line.split()))]


def ages_in(text: str) -> tuple[int, ...] | None:
    """Ages as people type them («8, 11», «8岁、11岁»); None where that is not what it says."""
    words = text.replace("岁", " ").translate(str.maketrans("，、；;,", "     ")).split()
    if not all(word.isdecimal() and int(word) <= 120 for word in words):
        return None
    return tuple(int(word) for word in words)


def guardian_of(form: PartyForm) -> dict[str, Any]:
    """What a valid form says of ages and guardians."""
    given = form.cleaned_data
    ages = ages_in(given["ages"]) if given.get("ages") else None
    if given.get("age") is not None:
        ages = (given["age"],)
    consent = given.get("guardian_consent", "")
    return {
        "ages": ages or (),
        "grade": given.get("grade", ""),
        "under_14": given.get("under_14", False),
        "guardian_name": given.get("guardian_name", ""),
        "guardian_consent": Signup.Guardian.PHONE.value if given.get("guardian_agrees") else consent,
    }


def party_of(form: PartyForm) -> Party:
    """The party of a valid form."""
    given = form.cleaned_data
    village = given.get("village", "") or (given.get("unit", "") if form.kind == Signup.Kind.VILLAGE else "")
    if form.kind == Signup.Kind.PERSON:
        lines = [Line(given["name"], village=village)]
    else:
        names = named(given["names"])
        if form.kind == Signup.Kind.FAMILY and given["contact_name"] not in names:
            names.insert(0, given["contact_name"])
        rest = given["people"] - len(names)
        lines = [Line(name, village=village) for name in names] + ([Line(size=rest, village=village)] if rest else [])
    return Party(
        kind=form.kind.value,
        lines=tuple(lines),
        contact_name=given.get("contact_name") or given.get("name", ""),
        contact_phone=given["contact_phone"],
        unit=given.get("unit", "") or given.get("village", ""),
        region=given.get("region"),
        note=given["note"],
        contact_email=given.get("contact_email", ""),
        answers=questions.given(form),
        **guardian_of(form),
    )


def party_to_change(form: PartyForm, signup: Signup, lines: list[Attendee]) -> Party:
    """The party of a valid form that changes a sign-up with these lines.

    Where names and numbers are as they were the lines stay as they stand: the form shows less than a list holds. Else
    those of the same name go on with what the form would forget: phone and village.
    """
    party, begun = party_of(form), lines_of(signup, lines)
    deciding = {"name", "village", "people"} | ({"contact_name"} if form.kind == Signup.Kind.FAMILY else set())
    given = form.cleaned_data
    as_they_were = all(given[name] == begun[name] for name in deciding & given.keys())
    if as_they_were and named(given.get("names", "")) == named(begun["names"]):
        return replace(party, lines=tuple(Line.of(line) for line in lines))
    held: dict[str, list[Attendee]] = {}
    for line in lines:
        held.setdefault(line.name, []).append(line)
    return replace(party, lines=tuple(_going_on(line, held) for line in party.lines))


def _going_on(line: Line, held: dict[str, list[Attendee]]) -> Line:
    same = held.get(line.name) if line.name else None
    if not same:
        return line
    row = same.pop(0)
    return replace(line, phone=line.phone or row.phone, village=row.village or line.village)


def lines_of(signup: Signup, lines: list[Attendee]) -> dict[str, Any]:
    """What a form of this sign-up begins with."""
    return {
        "name": lines[0].name if lines else "",
        "village": lines[0].village if lines else "",
        "names": "\n".join(line.name for line in lines if line.name),
        "people": signup.size,
        "unit": signup.unit,
        "contact_name": signup.contact_name,
        "contact_phone": signup.contact_phone,
        "region": signup.region.code if signup.region else None,
        "guardian_name": signup.guardian_name,
        "guardian_agrees": signup.guardian_consent == Signup.Guardian.PHONE,
        "guardian_consent": signup.guardian_consent,
        "under_14": bool(signup.guardian_name),
        "age": signup.ages[0] if signup.ages else None,
        "ages": ", ".join(str(age) for age in signup.ages),
        "grade": signup.grade,
        "contact_email": signup.contact_email,
        "note": signup.note,
    }
