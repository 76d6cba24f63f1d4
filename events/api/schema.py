"""The OpenAPI description: every operation with the refusals it may answer, in the one Error component."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from events.access import ROLES_THAT_MAY, WITHOUT_ROLE
from events.api.permissions import act_of


class ErrorSerializer(serializers.Serializer):
    """Every refusal, whatever its status."""

    code = serializers.CharField(help_text="What programs decide by, e.g. `session_full`; never translated.")
    message = serializers.CharField(help_text="One sentence for a person, in the language of `Accept-Language`.")
    facts = serializers.DictField(
        child=serializers.JSONField(), help_text='Values a person or a program needs to go on, e.g. `{"free": 2}`.'
    )
    fields = serializers.DictField(  # type: ignore[assignment]  # the one shape has a member of this name
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Sentences by the name of the field they are about; inside a list as `lines.0.size`.",
    )


TEXTS = {
    "400": "Something sent is of the wrong shape; `fields` names it.",
    "401": "Nobody is signed in (`not_signed_in`), or the token is not usable (`token_unusable`).",
    "403": "The role does not allow this.",
    "404": "There is no such row, or it is out of reach: the two look alike.",
    "409": "Not possible now; `code` and `facts` say why.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "429": "Too many requests; `facts.wait` and the header `Retry-After` give the seconds to wait.",
}


class Schema(AutoSchema):
    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            error = self.resolve_serializer(ErrorSerializer(), "response").ref
            for status in self._refusals():
                described = {"content": {"application/json": {"schema": error}}, "description": TEXTS[status]}
                operation["responses"].setdefault(status, described)
            operation["responses"] = dict(sorted(operation["responses"].items()))
        return operation

    def get_description(self) -> str:
        """What the endpoint says of itself, and who may."""
        act = act_of(self.view, getattr(self.view, "action", "") or self.method.lower())
        text = str(super().get_description() or "")
        if act is None or act in WITHOUT_ROLE:
            return text
        roles = ", ".join(f"`{role.value}`" for role in ROLES_THAT_MAY[act])
        return f"{text}\n\nAct `{act.value}`, for the roles {', '.join(sorted(roles.split(', ')))}.".strip()

    def _refusals(self) -> list[str]:
        view = self.view
        act = act_of(view, getattr(view, "action", "") or self.method.lower())
        wanted = []
        if self.method != "GET" or self._is_list_view() or getattr(view, "reads_query", False):
            wanted.append("400")
        wanted.append("401")
        if act not in WITHOUT_ROLE:
            wanted.append("403")
        if "{" in self.path or self._is_list_view():
            wanted.append("404")
        if self.method != "GET":
            wanted += ["409", "413", "415"]
        if getattr(view, "throttle_scope", None):
            wanted.append("429")
        return wanted
