"""Evidence: photos, sheets, documents and links. Every picture that comes in, by whatever page, goes through `cleaned`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Organization, Session
from events.operations import history
from registrations import pictures
from registrations.models import Evidence
from registrations.operations import files
from registrations.pictures import Picture

LONGEST_TITLE = 160


class LinkUnfit(Refusal):
    code = "link_unfit"
    status = 400
    sentence = _("Give the whole address, beginning with https:// or http://.")


def cleaned(file: UploadedFile, *, field: str) -> Picture | None:
    """A photo as it is kept: upright, without place and device, with the moment it was taken; None for a document. Raises
    FileUnfit."""
    kind = files.media_type(file, field=field)
    if not kind.startswith("image/"):
        return None
    try:
        return pictures.read(file)
    except pictures.NotAPicture as error:
        raise files.FileUnfit(field=field, name=file.name or "", most=files.LARGEST_FILE_MB) from error
    finally:
        file.seek(0)


def taken_at(picture: Picture) -> datetime.datetime | None:
    """When it was taken; a camera that knows no offset has the clock of this place."""
    moment = picture.taken_at
    if moment is None or not 1990 <= moment.year <= 2100:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


@transaction.atomic
def add(
    *,
    by: Actor | str,
    organization: Organization,
    kind: str,
    at: datetime.datetime,
    file: UploadedFile | None = None,
    sessions: Iterable[Session] = (),
    field: str = "photos",
    **values: Any,
) -> Evidence:
    """A photo, sheet, document or link. A photo that is there already is kept all the same, and both say so. Raises
    FileUnfit, PhotoOfAnotherKind, LinkUnfit."""
    if kind == Evidence.Kind.LINK and not str(values.get("url", "")).startswith(("https://", "http://")):
        raise LinkUnfit(field="url")
    if file is not None:
        values = _kept(file, field) | values
    made = Evidence.objects.create(
        organization=organization, kind=kind, added_by=by.user if isinstance(by, Actor) else None, added_at=at, **values
    )
    made.sessions.set(sessions)
    made.alike.set(_alike(made))
    history.record(by=by, verb="add_evidence", on=made, organization=organization, at=at)
    return made


def _kept(file: UploadedFile, field: str) -> dict[str, Any]:
    """The fields of a file as it is kept."""
    name = PurePath(file.name or "file")
    given: dict[str, Any] = {"sha256": files.sha256(file), "title": (file.name or "")[:LONGEST_TITLE]}
    picture = cleaned(file, field=field)
    if picture is None:
        kind = files.media_type(file, field=field)
        return given | {"media_type": kind, "size": file.size, "file": file}
    stored = ContentFile(picture.data, name=f"{name.stem[:80] or 'photo'}{files.ENDINGS[picture.media_type]}")
    return given | {"file": stored, "taken_at": taken_at(picture), **_of_picture(picture)}


def _of_picture(picture: Picture) -> dict[str, Any]:
    return {
        "media_type": picture.media_type,
        "size": len(picture.data),
        "thumbnail": ContentFile(picture.small, name="small.webp"),
        "pixels": picture.pixels,
        "looks": picture.looks,
    }


def _alike(made: Evidence) -> list[int]:
    """Other photos that are the same picture. All looks there are go by once: a city makes some thousands in ten years."""
    if not made.pixels:
        return []
    others = Evidence.objects.standing().exclude(pk=made.pk).filter(Q(pixels=made.pixels) | ~Q(looks=""))
    rows = others.values_list("pk", "pixels", "looks").iterator()
    return [pk for pk, pixels, looks in rows if pixels == made.pixels or pictures.same(looks, made.looks)]


def kind_of(file: UploadedFile, *, field: str) -> str:
    """A photo, or a document. Raises FileUnfit."""
    is_photo = files.media_type(file, field=field).startswith("image/")
    return Evidence.Kind.PHOTO if is_photo else Evidence.Kind.DOCUMENT


@transaction.atomic
def add_many(
    *,
    by: Actor,
    activity: Activity,
    uploads: Iterable[UploadedFile],
    at: datetime.datetime,
    session: Session | None = None,
    paper_place: str = "",
    field: str = "photos",
) -> list[Evidence]:
    """Several files at once, photos as photos and all else as documents: all of them or none. Raises FileUnfit."""
    made = []
    for file in uploads:
        made.append(
            add(
                by=by,
                organization=activity.organization,
                kind=kind_of(file, field=field),
                activity=activity,
                sessions=[session] if session else [],
                file=file,
                paper_place=paper_place,
                field=field,
                at=at,
            )
        )
    return made


@transaction.atomic
def keep_stored(
    *,
    by: Actor,
    organization: Organization,
    kind: str,
    at: datetime.datetime,
    stored: FieldFile,
    media_type: str,
    sessions: Iterable[Session] = (),
    **values: Any,
) -> Evidence:
    """A file that another row of ours holds already, and that was checked and cleaned when it came, as evidence too. It lies
    on disk once."""
    given: dict[str, Any] = {"media_type": media_type, "size": stored.size, "sha256": files.sha256(stored)}
    if media_type.startswith("image/"):
        with stored.open("rb") as file:
            given |= _of_picture(pictures.read(file)) | {"media_type": media_type, "size": stored.size}
    made = Evidence.objects.create(
        organization=organization, kind=kind, file=stored.name, added_by=by.user, added_at=at, **given, **values
    )
    made.sessions.set(sessions)
    made.alike.set(_alike(made))
    history.record(by=by, verb="add_evidence", on=made, organization=organization, at=at)
    return made


@transaction.atomic
def change(*, by: Actor, evidence: Evidence, title: str, paper_place: str, at: datetime.datetime) -> Evidence:
    """Another caption, or another place of the paper original."""
    evidence.title, evidence.paper_place = title, paper_place
    evidence.save(update_fields=["title", "paper_place"])
    fields = ["title", "paper_place"]
    history.record(by=by, verb="change", on=evidence, organization=evidence.organization, at=at, fields=fields)
    return evidence


@transaction.atomic
def withdraw(*, by: Actor, evidence: Evidence, at: datetime.datetime) -> None:
    """Take it out of sight; the file stays, and it can be put back. Withdrawing twice changes nothing."""
    _set_withdrawn(by, evidence, at, "withdraw", at)


@transaction.atomic
def put_back(*, by: Actor, evidence: Evidence, at: datetime.datetime) -> None:
    """What was withdrawn counts again."""
    _set_withdrawn(by, evidence, None, "put_back", at)


def _set_withdrawn(
    by: Actor, evidence: Evidence, when: datetime.datetime | None, verb: str, at: datetime.datetime
) -> None:
    if (evidence.withdrawn_at is None) != (when is None):
        evidence.withdrawn_at = when
        evidence.save(update_fields=["withdrawn_at"])
        history.record(by=by, verb=verb, on=evidence, organization=evidence.organization, at=at)


@transaction.atomic
def take_out(*, by: Actor, evidence: Evidence, at: datetime.datetime) -> None:
    """Evidence that was added by mistake; the file stays with whatever else holds it."""
    history.record(by=by, verb="remove_evidence", on=evidence, organization=evidence.organization, at=at)
    evidence.delete()
