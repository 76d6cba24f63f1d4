"""Sign-ups: who asked for seats, for whom, and for what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models import Activity, Region, Session
from events.models.fields import EncryptedTextField


class SignupQuerySet(models.QuerySet["Signup"]):
    def standing(self) -> SignupQuerySet:
        """Those that still ask for something: neither cancelled nor refused, nor let go by; cards ask for nothing."""
        return self.exclude(state__in=[*Signup.ENDED, Signup.State.PRINTED])

    def for_session(self, session: Session) -> SignupQuerySet:
        """Sign-ups of a session: those that chose it, and those of its whole course. Cards are nobody's sign-up."""
        asked = Q(chosen__session=session) | Q(covers_course=True)
        # Of its activity in any case: so the database looks at no others.
        return self.filter(asked, activity_id=session.activity_id).exclude(state=Signup.State.PRINTED)

    def cards(self) -> SignupQuerySet:
        """Batches of codes that were printed in advance, for people without phones."""
        return self.filter(state=Signup.State.PRINTED)


class Signup(models.Model):
    """One person's or one group's request. `size` = Σ of its standing attendees' sizes, kept by the operations.

    It covers either chosen sessions (`SignupSession`) or the whole course (`covers_course`). The manage key is shown
    once and kept as a hash; the idempotency key makes a repeated request give the first answer.

    `PRINTED` is no request: a batch of cards with codes to hand out on the spot (现场发码), each an unnamed line with its
    own ticket. It holds no seats, is in no figure of sign-ups, and counts only by the scans of its cards.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("one person")
        FAMILY = "family", _("family")
        CLASS = "class", _("school class")
        VILLAGE = "village", _("village group")
        GROUP = "group", _("group")

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("on the waiting list")
        OFFERED = "offered", _("seats offered")
        PENDING = "pending", _("awaiting approval")
        CANCELLED = "cancelled", _("cancelled")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("offer lapsed")
        PRINTED = "printed", _("codes printed in advance")

    #: It asks for nothing any more.
    ENDED = frozenset({State.CANCELLED, State.REFUSED, State.LAPSED})
    #: With a ticket of such a one somebody is let in.
    LET_IN = frozenset({State.CONFIRMED, State.PRINTED})

    class Guardian(models.TextChoices):
        """How a guardian agreed for somebody younger than 14."""

        PHONE = "phone", _("the guardian agreed on this phone")
        PAPER = "paper", _("signed paper lies at the school")
        OLDER = "older", _("everybody is 14 or older")

    class Source(models.TextChoices):
        WEB = "web", _("signed up online")
        ORGANIZER = "organizer", _("entered by an organizer")
        WALK_IN = "walk_in", _("signed up at the door")
        IMPORT = "import", _("imported")

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="signups")
    covers_course = models.BooleanField(default=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.WEB)
    size = models.PositiveIntegerField()
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    contact_phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    contact_email = EncryptedTextField(blank=True)
    unit = models.CharField(max_length=120, blank=True, help_text=_("School and class, or village."))
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    audience_group = models.CharField(max_length=24, blank=True)
    note = models.CharField(max_length=300, blank=True)
    consent_version = models.CharField(max_length=20, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    guardian_name = models.CharField(max_length=60, blank=True)
    guardian_consent = models.CharField(max_length=5, blank=True, choices=Guardian.choices)
    ages = models.JSONField(
        default=list, blank=True, help_text=_("Ages in years that were asked for, when it was placed.")
    )
    grade = models.CharField(max_length=4, blank=True, help_text=_("Code of the school grade."))
    approved_at = models.DateTimeField(null=True, blank=True)
    refusal_reason = models.CharField(max_length=200, blank=True)
    manage_key_hash = models.CharField(max_length=64, unique=True)
    key_generation = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often it was handed to somebody else.")
    )
    transfer_key_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    idempotency_key = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64, help_text="SHA-256 of what was asked under that key")
    placed_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = SignupQuerySet.as_manager()

    class Meta:
        ordering = ["placed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "idempotency_key"], name="one_signup_per_activity_and_idempotency_key"
            ),
            models.CheckConstraint(
                name="standing_signup_is_for_somebody",
                condition=Q(size__gte=1) | Q(state__in=["cancelled", "refused", "lapsed"]),
            ),
            models.CheckConstraint(
                name="waiting_signup_has_its_place_in_the_queue",
                condition=~Q(state="waiting") | Q(queued_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["activity", "state", "queued_at", "id"], name="signups_by_state_and_queue")]

    def __str__(self) -> str:
        return self.contact_name or f"{self.pk}"

    @classmethod
    def asking_states(cls) -> list[tuple[str, str]]:
        """How a request can stand, with labels."""
        return [(one.value, str(one.label)) for one in cls.State if one != cls.State.PRINTED]


class SignupSession(models.Model):
    """A session that a sign-up chose: one, or several as one package."""

    signup = models.ForeignKey(Signup, on_delete=models.CASCADE, related_name="chosen")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="chosen_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["signup", "session"], name="session_chosen_once_per_signup")]

    def __str__(self) -> str:
        return f"{self.signup_id} {self.session_id}"


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def standing(self) -> AttendeeQuerySet:
        return self.filter(removed_at=None)


class Attendee(models.Model):
    """A line of a sign-up's roster: one named person, or an unnamed rest of `size` people.

    `person_key` is the HMAC that tells the same person again within a year (docs/architecture.md, «Personal data»); it
    outlives the name.
    """

    signup = models.ForeignKey(Signup, on_delete=models.PROTECT, related_name="attendees")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField(default=1)
    village = models.CharField(max_length=60, blank=True)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    audience_group = models.CharField(max_length=24, blank=True)
    age_band = models.CharField(max_length=12, blank=True)
    phone = EncryptedTextField(blank=True)
    id_number = EncryptedTextField(blank=True)
    person_key = models.CharField(max_length=64, blank=True, db_index=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        ordering = ["signup_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["signup", "position"], name="one_attendee_per_place_on_the_roster"),
            models.CheckConstraint(name="attendee_is_somebody", condition=Q(size__gte=1)),
            models.CheckConstraint(name="named_attendee_is_one_person", condition=Q(name="") | Q(size=1)),
        ]

    def __str__(self) -> str:
        return self.name or f"×{self.size}"


class Ticket(models.Model):
    """The sign-up's ticket (`attendee` empty), or a named attendee's own. `code` is the token's 7 random bytes."""

    class State(models.TextChoices):
        VALID = "valid", _("valid")
        REVOKED = "revoked", _("revoked")

    signup = models.ForeignKey(Signup, on_delete=models.PROTECT, related_name="tickets")
    attendee = models.ForeignKey(Attendee, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets")
    code = models.BigIntegerField(unique=True)
    short_code = models.CharField(max_length=8, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.VALID)
    valid_days = models.PositiveSmallIntegerField(help_text=_("Days valid, counted back from the last."))
    last_valid_day = models.DateField()
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    key_id = models.PositiveSmallIntegerField(null=True, help_text=_("Which key signed its token."))
    signature = models.BinaryField(
        null=True, max_length=64, help_text=_("Of its token: to compare is faster than to sign again.")
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["signup"],
                condition=Q(attendee=None, state="valid"),
                name="one_valid_ticket_per_signup",
            ),
            models.UniqueConstraint(
                fields=["attendee"],
                condition=Q(attendee__isnull=False, state="valid"),
                name="one_valid_ticket_per_attendee",
            ),
            models.CheckConstraint(name="ticket_code_has_seven_bytes", condition=Q(code__gte=0, code__lt=2**56)),
            models.CheckConstraint(
                name="ticket_validity_fits_its_token", condition=Q(valid_days__gte=1, valid_days__lte=255)
            ),
        ]

    def __str__(self) -> str:
        return self.short_code


class DataAccess(models.Model):
    """Who saw or exported personal data whole, what for, and how many people's. Kept at least 180 days."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey("events.User", on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey("events.Organization", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    people = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.CheckConstraint(name="data_access_states_its_purpose", condition=~Q(purpose=""))]

    def __str__(self) -> str:
        return self.what


class PersonKeyYear(models.Model):
    """The secret under which person keys of one year are made; destroyed when the year is closed."""

    year = models.PositiveSmallIntegerField(unique=True)
    secret = EncryptedTextField(blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="destroyed_year_key_is_empty", condition=Q(destroyed_at=None) | Q(secret=""))
        ]

    def __str__(self) -> str:
        return str(self.year)
