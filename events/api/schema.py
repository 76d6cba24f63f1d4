"""The OpenAPI description: every operation with the refusals it may answer, in the one Error component."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from events.access import ROLES_THAT_MAY, WITHOUT_ROLE, Act
from events.api.authentication import PageAuthentication
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
    "401": "Nobody is signed in (`not_signed_in`), or the key is not usable (`token_unusable`, `station_unknown`).",
    "403": "The role does not allow this (`not_allowed`), a browser did not send its CSRF token (`csrf_missing`), or the "
    "check-in point has been revoked (`station_revoked`).",
    "404": "There is no such row, or it is out of reach: the two look alike.",
    "409": "Not possible now; `code` and `facts` say why.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "429": "Too many requests; `facts.wait` and the header `Retry-After` give the seconds to wait.",
}


def named_by(path: str, variable: str) -> str:
    """What a variable of a path stands for: the {id} of `/campaigns/{id}` is «Number of the campaign.»"""
    collection = path.split(f"/{{{variable}}}")[0].rpartition("/")[2]
    one = f"{collection[:-3]}y" if collection.endswith("ies") else collection.removesuffix("s")
    return f"{'Code' if variable == 'code' else 'Number'} of the {one}."


class Schema(AutoSchema):
    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            for component in getattr(self.view.pagination_class, "components", ()) if self._is_list_view() else ():
                self.resolve_serializer(component(), "response")
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter.setdefault("description", named_by(self.path, parameter["name"]))
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
        by_page = self.method != "GET" and PageAuthentication in view.authentication_classes
        if act not in WITHOUT_ROLE or act is Act.USE_STATION or by_page:
            wanted.append("403")
        names_rows = self.method != "GET" and act is not Act.USE_STATION
        if "{" in self.path or self._is_list_view() or names_rows or getattr(view, "opened_by_key", False):
            wanted.append("404")
        if self.method != "GET":
            wanted += ["409", "413", "415"]
        if getattr(view, "rush", None):
            wanted.append("429")
        return wanted
