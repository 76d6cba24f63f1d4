"""Figures of any span, indicators, targets, returns, and numbers that were told."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from events.api.fields import Body, Day, Moment, organization_code
from registrations.api.serializers.accounts import MEASURE, CatalogueSerializer, FigureSerializer
from registrations.indicators import catalogue as catalogues
from registrations.models import ChangeReason, OwnIndicator, QuoteHolder, Return, Target

CATALOGUES = [(code, code) for code in catalogues.CODES]
SCOPES = Return._meta.get_field("scope").choices
SCOPE = "own (本级), tree (本系统) or region (全市)."
AS_OF = "Cut-off: the last day that counts."
RULE = "The rule: `sum`, `count`, `stock` or `reported` with one measure, and conditions in `where`."
SOURCE = "On what document it rests."


class IndicatorSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Code of the indicator.")
    label = serializers.DictField(child=serializers.CharField(), help_text="Its name by language: zh, en.")
    definition = serializers.DictField(child=serializers.CharField(), help_text="What counts, by language: zh, en.")
    measure = serializers.CharField(help_text=MEASURE)
    unit = serializers.CharField(help_text="In Chinese: 份, 人次, 期 …")
    of = serializers.CharField(help_text="Code of the indicator this is a part of (其中), or empty.")
    source = serializers.CharField(help_text=SOURCE)
    version = serializers.CharField(help_text="Its version.")
    rule = serializers.DictField(help_text=RULE)


class SectionSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Code of the section.")
    label = serializers.DictField(child=serializers.CharField(), help_text="Its name by language: zh, en.")
    indicators = IndicatorSerializer(many=True, help_text="Its indicators, in their order.")


class WholeCatalogueSerializer(CatalogueSerializer):
    label = serializers.DictField(child=serializers.CharField(), help_text="Its name by language: zh, en.")
    source = serializers.CharField(help_text=SOURCE)
    rules = serializers.CharField(help_text="Version of the counting rules.")
    sections = SectionSerializer(many=True, help_text="Its sections, in their order.")


def catalogue(one: catalogues.Catalogue) -> dict[str, Any]:
    """A catalogue as the API tells it."""
    return {
        "code": one.code,
        "version": one.version,
        "label": dict(one.label),
        "source": one.source,
        "rules": one.rules,
        "sections": [
            {
                "code": section.code,
                "label": dict(section.label),
                "indicators": [
                    {
                        "code": row.code,
                        "label": dict(row.label),
                        "definition": dict(row.definition),
                        "measure": row.measure.code,
                        "unit": row.measure.unit,
                        "of": row.of,
                        "source": row.source,
                        "version": row.version,
                        "rule": catalogues.rule_data(row.rule),
                    }
                    for row in section.indicators
                ],
            }
            for section in one.sections
        ],
    }


class SpanQuery(serializers.Serializer):
    start = Day(help_text="First day of the span.")
    end = Day(help_text="Last day, inclusive.")
    scope = serializers.ChoiceField(choices=SCOPES, default="own", help_text=SCOPE)
    as_of = Day(required=False, help_text="Cut-off; left out: the last day of the span, or today while it runs.")
    catalogue = serializers.ChoiceField(choices=CATALOGUES, default="work_report", help_text="Code of the catalogue.")


class SpanSerializer(serializers.Serializer):
    organization = serializers.CharField(help_text="Code of the organization.")
    start = serializers.DateField(help_text="First day of the span.")
    end = serializers.DateField(help_text="Last day, inclusive.")
    scope = serializers.CharField(help_text=SCOPE)
    as_of = serializers.DateField(help_text=AS_OF)
    rules = serializers.CharField(help_text="Version of the counting rules.")
    catalogue = CatalogueSerializer(help_text="What was evaluated.")
    figures = FigureSerializer(many=True, help_text="Figures that rest on at least one record; others are left out.")


class OwnIndicatorSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization whose it is.")

    class Meta:
        model = OwnIndicator
        fields = [
            "id", "organization", "code", "section", "label", "definition", "source", "rule", "version", "changed_at",
            "retired_at",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the indicator."},
            "code": {"help_text": "Its code in the work report."},
            "section": {"help_text": "Code of the section it stands in."},
            "label": {"help_text": "Its name."},
            "definition": {"help_text": "What counts and what does not."},
            "source": {"help_text": SOURCE},
            "rule": {"help_text": RULE},
            "version": {"help_text": "Each change of what it counts makes a new one."},
            "changed_at": {"help_text": "When it was changed last."},
            "retired_at": {"help_text": "When it was taken off the work report; null while it stands there."},
        }


class OwnIndicatorBody(Body):
    section = serializers.CharField(max_length=40, help_text="Code of the section of the work report.")
    label = serializers.CharField(max_length=80, help_text="Its name.")
    definition = serializers.CharField(max_length=300, help_text="What counts and what does not.")
    source = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text=SOURCE)
    rule = serializers.DictField(help_text=RULE)


class TargetSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization.")

    class Meta:
        model = Target
        fields = [
            "id", "organization", "year", "position", "label", "indicator", "kind", "initial", "adjusted", "actual", "unit",
            "due_on", "reached_on", "source",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the target."},
            "year": {"help_text": "The year it is for."},
            "position": {"help_text": "Place in the list."},
            "label": {"help_text": "What is promised."},
            "indicator": {"help_text": "Code of the indicator that measures it, or empty."},
            "kind": {"help_text": "A number, a milestone, or no number yet."},
            "initial": {"help_text": "Number at the start of the year (年初目标值)."},
            "adjusted": {"help_text": "Number as adjusted (调整值), or null."},
            "actual": {"help_text": "What was reached, where no indicator measures it."},
            "unit": {"help_text": "Unit of the numbers."},
            "due_on": {"help_text": "Day by which it is due."},
            "reached_on": {"help_text": "Day on which a milestone was reached."},
            "source": {"help_text": "The document it stands in."},
        }


_NUMBER: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "min_value": 0, "required": False, "allow_null": True}


class TargetBody(Body):
    label = serializers.CharField(max_length=160, help_text="What is promised.")
    kind = serializers.ChoiceField(choices=Target.Kind.choices, help_text="A number, a milestone, or no number yet.")
    indicator = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Code of the indicator that measures it."
    )
    initial = serializers.DecimalField(**_NUMBER, help_text="Number at the start of the year (年初目标值).")
    adjusted = serializers.DecimalField(**_NUMBER, help_text="Number as adjusted (调整值).")
    actual = serializers.DecimalField(**_NUMBER, help_text="What was reached, where no indicator measures it.")
    unit = serializers.CharField(max_length=12, required=False, allow_blank=True, help_text="Unit of the numbers.")
    due_on = Day(required=False, allow_null=True, help_text="Day by which it is due.")
    reached_on = Day(required=False, allow_null=True, help_text="Day on which a milestone was reached.")
    source = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="The document it stands in."
    )


class NewTargetBody(TargetBody):
    year = serializers.IntegerField(min_value=1949, max_value=2100, help_text="The year it is for.")


class ChangeReasonBody(Body):
    year = serializers.IntegerField(min_value=1949, max_value=2100, help_text="The year of the figure that changed.")
    scope = serializers.ChoiceField(choices=SCOPES, help_text=SCOPE)
    indicator = serializers.CharField(max_length=40, help_text="Code of the indicator.")
    text = serializers.CharField(max_length=300, help_text="Why it differs so much from the year before.")


class ChangeReasonSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization.")

    class Meta:
        model = ChangeReason
        fields = ["organization", "year", "scope", "indicator", "text", "at"]
        extra_kwargs = {
            "year": {"help_text": "The year of the figure that changed."},
            "scope": {"help_text": SCOPE},
            "indicator": {"help_text": "Code of the indicator."},
            "text": {"help_text": "Why it differs so much from the year before."},
            "at": {"help_text": "When that was said."},
        }


class ReturnSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization.")
    files = serializers.SerializerMethodField(help_text="Files that were issued: name and SHA-256.")

    class Meta:
        model = Return
        fields = [
            "id", "organization", "catalogue", "catalogue_version", "rules", "scope", "period_start", "period_end", "as_of",
            "recipient", "state", "sha256", "closed_at", "made_at", "files",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the return."},
            "catalogue": {"help_text": "Code of the catalogue."},
            "catalogue_version": {"help_text": "Its version."},
            "rules": {"help_text": "Version of the counting rules."},
            "scope": {"help_text": SCOPE},
            "period_start": {"help_text": "First day of the period."},
            "period_end": {"help_text": "Last day, inclusive."},
            "as_of": {"help_text": AS_OF},
            "recipient": {"help_text": "For whom it is."},
            "state": {"help_text": "Open, or closed: then it stands still."},
            "sha256": {"help_text": "SHA-256 of its canonical JSON, once it is closed."},
            "closed_at": {"help_text": "When it was closed."},
            "made_at": {"help_text": "When it was made."},
        }

    def get_files(self, one: Return) -> list[dict[str, str]]:
        return [{"name": file.name, "sha256": file.sha256} for file in one.files.all()]


class NewReturnBody(Body):
    catalogue = serializers.ChoiceField(choices=CATALOGUES, help_text="Code of the catalogue.")
    scope = serializers.ChoiceField(choices=SCOPES, help_text=SCOPE)
    start = Day(help_text="First day of the period.")
    end = Day(help_text="Last day, inclusive.")
    as_of = Day(help_text=AS_OF)
    recipient = serializers.CharField(max_length=120, help_text="For whom it is.")


class WhyBody(Body):
    reason = serializers.CharField(max_length=300, help_text="Why.")


class RestateBody(WhyBody):
    indicator = serializers.CharField(max_length=40, help_text="Code of the indicator to restate.")


class ValueSerializer(serializers.Serializer):
    number = serializers.IntegerField(allow_null=True, help_text="As stated; null where it is unknown.")
    low = serializers.IntegerField(help_text="At least so many.")
    high = serializers.IntegerField(allow_null=True, help_text="At most so many; null without upper limit.")
    bound = serializers.CharField(help_text="What the number bounds.")
    unit = serializers.CharField(help_text="In Chinese: 份, 人次, 期 …")
    unknown_parts = serializers.IntegerField(help_text="Parts of which nothing is known.")


class RestatementSerializer(serializers.Serializer):
    indicator = serializers.CharField(help_text="Code of the indicator.")
    old = ValueSerializer(allow_null=True, help_text="As closed, or as restated last; null: nothing recorded.")
    new = ValueSerializer(allow_null=True, help_text="As the records say.")
    reason = serializers.CharField(help_text="Why; empty while it is only proposed.")
    accepted_at = serializers.DateTimeField(allow_null=True, help_text="When somebody let it stand; null: proposed.")


class QuoteBody(Body):
    catalogue = serializers.ChoiceField(choices=CATALOGUES, default="work_report", help_text="Code of the catalogue.")
    scope = serializers.ChoiceField(choices=SCOPES, help_text=SCOPE)
    start = Day(help_text="First day of the span.")
    end = Day(help_text="Last day, inclusive.")
    as_of = Day(help_text=AS_OF)
    codes = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=60, help_text="Codes of the indicators to tell."
    )


class ToldFigureSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Code of the indicator.")
    label = serializers.CharField(help_text="Its name.")
    written = serializers.CharField(help_text="As it was told: «500多人».")
    now = serializers.CharField(help_text="As the records say now.")
    changed = serializers.BooleanField(help_text="Whether the two differ.")


class HolderSerializer(serializers.Serializer):
    id = serializers.IntegerField(help_text="Number of the entry.")
    name = serializers.CharField(help_text="Who was told.")
    how = serializers.ChoiceField(choices=QuoteHolder.How.choices, help_text="How.")
    told_at = serializers.DateTimeField(help_text="When.")
    note = serializers.CharField(help_text="Drafted correction; empty where they hold what is so.")


class QuoteSerializer(serializers.Serializer):
    reference = serializers.CharField(help_text="Finds it again.")
    organization = serializers.CharField(help_text="Code of the organization.")
    catalogue = serializers.CharField(help_text="Code of the catalogue.")
    scope = serializers.CharField(help_text=SCOPE)
    start = serializers.DateField(help_text="First day of the span.")
    end = serializers.DateField(help_text="Last day, inclusive.")
    as_of = serializers.DateField(help_text=AS_OF)
    rules = serializers.CharField(help_text="Version of the counting rules.")
    text = serializers.CharField(help_text="The sentence.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Units that had not handed in everything.")
    figures = ToldFigureSerializer(many=True, help_text="The figures in it, then and now.")
    holders = HolderSerializer(many=True, help_text="Who was told.")
    at = serializers.DateTimeField(help_text="When it was written down.")


class HolderBody(Body):
    name = serializers.CharField(max_length=120, help_text="Who was told.")
    how = serializers.ChoiceField(choices=QuoteHolder.How.choices, help_text="How.")
    told_at = Moment(help_text="When.")
