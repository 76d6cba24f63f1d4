"""How often something may be asked for from one address: the one place where limits stand, for pages and the API alike.

Each rule counts in windows that begin with somebody's first request, in Django's cache (`KEPU_CACHE_URL`; several
processes share one Redis). The numbers leave room for a school or a village behind one address; what is tried out – keys,
codes – has narrower ones.
"""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from events.errors import TooManyRequests
from events.models.fields import keyed_hash


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `most` times in each window of `seconds`."""

    name: str
    most: int
    seconds: int


#: Sign-ups with a proof of work (`registrations.proof`): a school of twenty classes in one lesson.
SIGN_UP = Rule("sign_up", 600, 600)
#: Sign-ups without one, from browsers without scripts and from programs.
PLAIN_SIGN_UP = Rule("plain_sign_up", 5, 600)
#: Proofs asked for by programs.
CHALLENGE = Rule("challenge", 600, 600)
#: Files with lists of names: reading one costs a process of its own.
LIST_FILES = Rule("list_files", 60, 600)
#: Keys of sign-ups that opened nothing.
KEY_TRIES = Rule("key_tries", 30, 600)
#: What stands hand in: a square's stands behind one address, each a few times.
STAND_REPORTS = Rule("stand_reports", 120, 600)
#: Invitations and reset codes that did not fit.
CODE_TRIES = Rule("code_tries", 20, 600)
#: Numbers and names of certificates: numbers follow one another, so that all of them are counted.
CERTIFICATES = Rule("certificates", 40, 600)
#: Pairing codes of phones.
PAIRING = Rule("pairing", 30, 60)


def address(request: HttpRequest) -> str:
    """Where a request comes from: the nearest address that our own proxies (`KEPU_PROXIES`) did not write themselves.

    What stands further left in X-Forwarded-For anybody can write, so it is never read. A household of IPv6 has 2⁶⁴
    addresses; it counts as one.
    """
    found = str(request.META.get("REMOTE_ADDR", ""))
    if settings.KEPU_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= settings.KEPU_PROXIES:
            found = hops[-settings.KEPU_PROXIES]
    try:
        known = ipaddress.ip_address(found)
    except ValueError:
        return found[:64]
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def _place(rule: Rule, who: str, at: datetime.datetime) -> tuple[str, int]:
    """The counter of this window, and the seconds it still lasts."""
    name, now = f"rush:{rule.name}:{keyed_hash(who, purpose='rush')[:32]}", int(at.timestamp())
    begun = int(cache.get_or_set(name, now, timeout=2 * rule.seconds) or now)
    if not begun <= now < begun + rule.seconds:
        begun = now
        cache.set(name, begun, timeout=2 * rule.seconds)
    return f"{name}:{begun}", begun + rule.seconds - now


def count(rule: Rule, who: str, *, at: datetime.datetime) -> int:
    """One more; how many there are in this window now."""
    key, _left = _place(rule, who, at)
    cache.add(key, 0, timeout=2 * rule.seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it was pushed out of the cache between the two lines
        cache.set(key, 1, timeout=2 * rule.seconds)
        return 1


def let_pass(rule: Rule, who: str, *, at: datetime.datetime) -> None:
    """Count this one. Raises TooManyRequests from the one after the last allowed."""
    if count(rule, who, at=at) > rule.most:
        raise refusal(rule, who, at=at)


def let_try(rule: Rule, who: str, *, at: datetime.datetime) -> None:
    """Raises TooManyRequests where so many tries have failed (`count`) that another is not listened to."""
    key, _left = _place(rule, who, at)
    if cache.get(key, 0) >= rule.most:
        raise refusal(rule, who, at=at)


def refusal(rule: Rule, who: str, *, at: datetime.datetime) -> TooManyRequests:
    """What is said: how many seconds are left until the next window."""
    return TooManyRequests(wait=_place(rule, who, at)[1])
