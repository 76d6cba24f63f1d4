"""Mobile numbers of mainland China, however they were typed. Pure."""

from __future__ import annotations

import phonenumbers


def mobile(text: str) -> str | None:
    """11 digits from whatever was typed (+86, spaces, dashes); empty stays empty; None where it is no such number."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    fits = number.country_code == 86 and len(national) == 11 and national[0] == "1" and national[1] in "3456789"
    return national if fits else None
