"""Files that people hand in: checked by what they are, not by their names."""

from __future__ import annotations

import hashlib
import zipfile
from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from events.errors import Refusal


class FileUnfit(Refusal):
    code = "file_unfit"
    status = 400
    sentence = _("“%(name)s” is not a photo, PDF or office document of at most %(most)s MB.")


class PhotoOfAnotherKind(FileUnfit):
    """What an iPhone saves unless it is told otherwise, and few other machines can show."""

    code = "photo_of_another_kind"
    sentence = _(
        "“%(name)s” is a HEIC photo, which many computers cannot show. Send it to yourself by WeChat and save it there,"
        " or choose “Most compatible” under Camera → Formats; then it is a JPEG."
    )


LARGEST_FILE_MB = 15
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: Office documents in a zip archive, by a part that such a one has.
_PARTS = {
    "word/": f"{_OFFICE}wordprocessingml.document",
    "xl/": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}presentationml.presentation",
}
_OPEN_DOCUMENTS = {
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
}
#: Documents of the older kind, Word 97 and WPS, by the name of their main stream.
_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
_HEIF = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
}


def media_type(file: UploadedFile, *, field: str) -> str:
    """What a file really is: a photo that opens, or a document by what is inside. The file is left at its start. Raises
    FileUnfit and PhotoOfAnotherKind, naming `field`."""
    facts: dict[str, Any] = {"field": field, "name": file.name or "", "most": LARGEST_FILE_MB}
    if (file.size or 0) > LARGEST_FILE_MB * 1_000_000:
        raise FileUnfit(**facts)
    start = file.read(16)
    file.seek(0)
    if start[4:8] == b"ftyp" and start[8:12] in _HEIF:
        raise PhotoOfAnotherKind(**facts)
    found = _picture(file) or _document(file, start)
    file.seek(0)
    if not found:
        raise FileUnfit(**facts)
    return found


def _picture(file: UploadedFile) -> str:
    try:
        with Image.open(file) as image:
            image.verify()
            kind = "image/jpeg" if image.format == "MPO" else Image.MIME.get(image.format or "", "")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return ""
    finally:
        file.seek(0)
    return kind if kind in {"image/jpeg", "image/png", "image/webp"} else ""


def _document(file: UploadedFile, start: bytes) -> str:
    if start.startswith(b"%PDF"):
        return "application/pdf"
    if start.startswith(b"PK\x03\x04"):
        return _archived(file)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        inside = file.read()
        return next((kind for name, kind in _STREAMS.items() if name.encode("utf-16-le") in inside), "")
    return ""


def _archived(file: UploadedFile) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                declared = archive.read("mimetype").decode("ascii", "replace").strip()
                return declared if declared in _OPEN_DOCUMENTS else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        # Broken, compressed in a way that zipfile does not know, or under a password: no document that could be shown.
        return ""
    if "[Content_Types].xml" not in names:
        return ""
    return next((kind for part, kind in _PARTS.items() if any(name.startswith(part) for name in names)), "")


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
