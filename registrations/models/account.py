"""What it amounted to, beyond who was checked in: headcounts, outputs, statements, supports, stocks, evidence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models import Activity, DatePrecision, Organization, Region, Session, User


class Bound(models.TextChoices):
    """What a stated number bounds: 多/余 at least, 近/不足 at most, 约/左右 about."""

    EXACT = "exact", _("exact")
    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")
    ABOUT = "about", _("about")
    UNKNOWN = "unknown", _("unknown")


#: A number is missing exactly where it is unknown.
NUMBER_UNLESS_UNKNOWN = Q(bound="unknown", number=None) | (~Q(bound="unknown") & Q(number__isnull=False))


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def standing(self) -> EvidenceQuerySet:
        return self.filter(withdrawn_at=None)


class Evidence(models.Model):
    """What supports a number: a photo, a scanned sheet, a link, a document, with the place of the paper original.

    `sha256` is of the file as it was handed in, by which the same one is told again; a picture is kept without what a
    camera writes into it. `pixels` and `looks` tell the same picture again after it was saved anew; `alike` are those.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        SHEET = "sheet", _("sign-in sheet")
        DOCUMENT = "document", _("document")
        LINK = "link", _("link")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="evidence")
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    sessions = models.ManyToManyField(Session, blank=True, related_name="evidence")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=160, blank=True)
    file = models.FileField(upload_to="evidence/%Y/%m/", blank=True)
    size = models.PositiveIntegerField(default=0, help_text="bytes")
    media_type = models.CharField(max_length=80, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    url = models.URLField(blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    thumbnail = models.FileField(upload_to="evidence/%Y/%m/", blank=True)
    pixels = models.CharField(max_length=64, blank=True, db_index=True, help_text="SHA-256 of the upright picture")
    looks = models.CharField(max_length=64, blank=True, help_text="Difference hash, 256 bits in hexadecimal")
    alike = models.ManyToManyField("self", blank=True)
    paper_place = models.CharField(max_length=80, blank=True, help_text=_("Where the paper original lies."))
    added_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=60, null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"], name="one_evidence_per_organization_and_external_id"
            ),
            models.CheckConstraint(name="linked_evidence_has_its_address", condition=~Q(kind="link") | ~Q(url="")),
        ]

    def __str__(self) -> str:
        return self.title or str(self.get_kind_display())


class Headcount(models.Model):
    """People at a session counted or estimated by a named person. `basis` says whether those checked in are inside."""

    class Basis(models.TextChoices):
        EVERYONE = "everyone", _("everyone present")
        BESIDES = "besides", _("besides those checked in")

    class Method(models.TextChoices):
        COUNTED = "counted", _("counted")
        ESTIMATED = "estimated", _("estimated")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="headcounts")
    audience_group = models.CharField(max_length=24, blank=True)
    people = models.PositiveIntegerField()
    basis = models.CharField(max_length=8, choices=Basis.choices)
    method = models.CharField(max_length=9, choices=Method.choices)
    bound = models.CharField(max_length=8, choices=Bound.choices, default=Bound.EXACT)
    part = models.CharField(
        max_length=40, blank=True, help_text=_("An entrance or an hour that was counted by itself; empty: the whole.")
    )
    counted_by = models.CharField(max_length=60)
    how = models.CharField(max_length=200, blank=True)
    counted_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    record = models.OneToOneField(
        "registrations.StationRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="headcount"
    )
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["counted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "audience_group", "basis"],
                condition=Q(withdrawn_at=None, record=None),
                name="one_standing_headcount_per_session_group_and_basis",
            ),
            models.CheckConstraint(name="headcount_names_who_counted", condition=~Q(counted_by="")),
            models.CheckConstraint(name="headcount_states_a_number", condition=~Q(bound="unknown")),
        ]

    def __str__(self) -> str:
        return f"{self.people}"


class Output(models.Model):
    """What was handed out, shown or done: a measure of `registrations.indicators.measures`, at an activity, at one of
    its sessions, or at several of them jointly (then `sessions` has several rows and nobody splits the number)."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="outputs")
    sessions = models.ManyToManyField(Session, blank=True, related_name="outputs")
    measure = models.CharField(max_length=24)
    number = models.PositiveIntegerField()
    bound = models.CharField(max_length=8, choices=Bound.choices, default=Bound.EXACT)
    grade = models.CharField(max_length=10, default="tallied")
    note = models.CharField(max_length=200, blank=True)
    entered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    record = models.OneToOneField(
        "registrations.StationRecord", null=True, blank=True, on_delete=models.PROTECT, related_name="output"
    )
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["entered_at", "pk"]
        constraints = [models.CheckConstraint(name="output_states_a_number", condition=~Q(bound="unknown"))]

    def __str__(self) -> str:
        return f"{self.measure} {self.number}"


class Statement(models.Model):
    """What a document says where no finer record exists: it replaces what is derived for that measure of the activity,
    or is added to it; never both."""

    class Effect(models.TextChoices):
        REPLACES = "replaces", _("takes the place of what is counted")
        ADDS = "adds", _("is added to what is counted")

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="statements")
    measure = models.CharField(max_length=24)
    number = models.PositiveIntegerField(null=True, blank=True)
    bound = models.CharField(max_length=8, choices=Bound.choices)
    effect = models.CharField(max_length=8, choices=Effect.choices, default=Effect.REPLACES)
    phrase = models.CharField(max_length=300)
    document = models.ForeignKey(Evidence, null=True, blank=True, on_delete=models.PROTECT, related_name="statements")
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["activity_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "measure"],
                condition=Q(effect="replaces", withdrawn_at=None),
                name="one_replacing_statement_per_activity_and_measure",
            ),
            models.CheckConstraint(name="statement_has_a_number_unless_unknown", condition=NUMBER_UNLESS_UNKNOWN),
            models.CheckConstraint(name="statement_quotes_its_source", condition=~Q(phrase="")),
        ]

    def __str__(self) -> str:
        return self.phrase


class ReportedFigure(models.Model):
    """A figure that another unit handed in (据材料): its period, number and the basis on which it was counted."""

    reporter = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="figures")
    reporter_name = models.CharField(max_length=160, help_text=_("As the document names it."))
    recipient = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="figures_received")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    measure = models.CharField(max_length=24)
    subject = models.CharField(max_length=40, blank=True, help_text="The indicator it speaks to, where one does")
    number = models.PositiveIntegerField(null=True, blank=True)
    bound = models.CharField(max_length=8, choices=Bound.choices)
    basis = models.CharField(max_length=300, blank=True)
    phrase = models.CharField(max_length=300)
    document = models.ForeignKey(Evidence, null=True, blank=True, on_delete=models.PROTECT, related_name="reported")
    overlaps = models.ManyToManyField(Activity, blank=True, related_name="inside_reported")
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    external_id = models.CharField(max_length=60, null=True, blank=True)

    class Meta:
        ordering = ["period_start", "pk"]
        constraints = [
            models.CheckConstraint(name="reported_figure_has_a_number_unless_unknown", condition=NUMBER_UNLESS_UNKNOWN),
            models.CheckConstraint(
                name="reported_period_ends_no_earlier_than_it_starts",
                condition=Q(period_end__gte=models.F("period_start")),
            ),
            models.UniqueConstraint(
                fields=["recipient", "external_id"], name="one_reported_figure_per_recipient_and_external_id"
            ),
        ]

    def __str__(self) -> str:
        return self.phrase


class ExpertSupport(models.Model):
    """One item of support (1 项) by an expert to a beneficiary; results carry their source and are never computed."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="supports")
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="supports")
    expert = models.CharField(max_length=60)
    beneficiary = models.CharField(max_length=160)
    project = models.CharField(max_length=160, blank=True)
    what = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField()
    date_precision = models.CharField(max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    batch = models.UUIDField(null=True, blank=True, db_index=True, help_text="Rows that were entered together")
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="support_ends_no_earlier_than_it_starts", condition=Q(ends_on__gte=models.F("starts_on"))
            )
        ]

    def __str__(self) -> str:
        return self.what


class StockChange(models.Model):
    """Things put into service (positive) or withdrawn (negative): the stock on a day is the sum up to that day."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="stock_changes")
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="stock_changes"
    )
    measure = models.CharField(max_length=24)
    change = models.IntegerField()
    bound = models.CharField(max_length=8, choices=Bound.choices, default=Bound.EXACT)
    on = models.DateField()
    date_precision = models.CharField(max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY)
    place = models.CharField(max_length=160, blank=True)
    phrase = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=60, null=True, blank=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(name="stock_change_changes_something", condition=~Q(change=0)),
            models.UniqueConstraint(
                fields=["organization", "external_id"], name="one_stock_change_per_organization_and_external_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change:+d} {self.measure}"
