"""Files that people hand in: checked by what they are, not by their names."""

from __future__ import annotations

import hashlib

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from events.errors import Refusal


class FileUnfit(Refusal):
    code = "file_unfit"
    status = 400
    sentence = _("“%(name)s” is not a photo, PDF or office document of at most %(most)s MB.")


LARGEST_FILE_MB = 15
_TYPES = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def media_type(file: UploadedFile, *, field: str) -> str:
    """What a file really is: a photo that opens, or a document by its declared type and first bytes. Raises FileUnfit,
    naming `field`."""
    refusal = FileUnfit(field=field, name=file.name or "", most=LARGEST_FILE_MB)
    if (file.size or 0) > LARGEST_FILE_MB * 1_000_000:
        raise refusal
    try:
        with Image.open(file) as image:
            image.verify()
            kind = Image.MIME.get(image.format or "", "")
        file.seek(0)
        if kind in {"image/jpeg", "image/png", "image/webp"}:
            return kind
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        file.seek(0)
    start = file.read(4)
    file.seek(0)
    declared = file.content_type or ""
    if declared in _TYPES and start in {b"%PDF", b"PK\x03\x04"}:
        return declared
    raise refusal


def photo_type(file: UploadedFile, *, field: str) -> str:
    """What kind of picture a file is. Raises FileUnfit, of documents too."""
    kind = media_type(file, field=field)
    if not kind.startswith("image/"):
        raise FileUnfit(field=field, name=file.name or "", most=LARGEST_FILE_MB)
    return kind


def sha256(file: File) -> str:
    """The file's digest, by which the same one is told again. It is read from the start and left there."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
