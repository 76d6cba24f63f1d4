"""Deny by default: an endpoint that names no act is nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from events.access import Act, require
from events.errors import NotAllowed


def by_action(**acts: Act) -> Mapping[str, Act]:
    """Which act each action of an endpoint is: `acts = by_action(list=Act.SEE_PLAN, create=Act.PLAN)`."""
    return MappingProxyType(acts)


def act_of(view: Any, doing: str) -> Act | None:
    """The act that a view (or its class) names for an action («create») or, without actions, for itself.

    `acts` maps actions to acts; where it stands, an action missing from it has none.
    """
    acts = getattr(view, "acts", None)
    act = acts.get(doing) if acts is not None else getattr(view, "act", None)
    return act if isinstance(act, Act) else None


class ActAllowed(BasePermission):
    """Lets in whoever may do the act somewhere. Which rows, the loading of the row decides."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method not in view.allowed_methods:
            # Asked before the act, so that a method nobody has is «not offered», not «not allowed».
            raise MethodNotAllowed(request.method or "")
        act = act_of(view, getattr(view, "action", None) or (request.method or "").lower())
        if act is None:
            raise NotAllowed
        require(request.actor, act)  # type: ignore[attr-defined]  # set by events.api.authentication.Asked
        return True
