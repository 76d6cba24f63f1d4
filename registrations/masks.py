"""Personal data as it is shown wherever the whole is not needed. Pure."""


def name(text: str) -> str:
    """刘桂英 → 刘**: the first character is enough to greet by."""
    return text[:1] + "*" * (len(text) - 1)


def phone(text: str) -> str:
    """13912345678 → 139****5678."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 8 else "*" * len(text)


def email(text: str) -> str:
    """liuguiying@qq.com → l***@qq.com."""
    name, at, host = text.rpartition("@")
    return f"{name[:1]}***{at}{host}" if at else "*" * len(text)
