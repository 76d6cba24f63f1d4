"""The reader's language."""

from django.utils.translation import get_language


def chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
