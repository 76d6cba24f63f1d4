"""What is kept about one's own sign-up: seen, taken along, erased. Known by the manage key, like everything of one's own."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from events.access import Act
from events.errors import NotFound, Refusal
from frontend import pages
from frontend.pages import Request, page
from frontend.participant import mine
from registrations.operations import privacy
from registrations.reports import own_data


@page(Act.SEE_PUBLIC)
def data(request: Request, pk: int) -> HttpResponse:
    found, _key = mine.own(request, pk)
    kept = own_data.of(found)
    context = {"signup": found, "activity": found.activity, "kept": kept, "today": timezone.localdate()}
    response = render(request, "participant/own_data.html", context)
    response["Cache-Control"] = "no-store"
    return response


@page(Act.SEE_PUBLIC)
def data_json(request: Request, pk: int) -> HttpResponse:
    found, _key = mine.own(request, pk)
    response = JsonResponse(own_data.of(found).as_json(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="kepu-{pk}.json"'
    response["Cache-Control"] = "no-store"
    return response


@page(Act.SEE_PUBLIC)
def file(request: Request, pk: int, answer: int) -> FileResponse:
    """A file that was handed in with the sign-up."""
    found, _key = mine.own(request, pk)
    held = found.answers.filter(pk=answer).exclude(file="").first()
    if held is None:
        raise NotFound
    response = FileResponse(held.file.open("rb"), as_attachment=True, filename=held.value)
    response["Cache-Control"] = "no-store"
    return response


@page(Act.SEE_PUBLIC)
def erase(request: Request, pk: int) -> HttpResponse:
    """Asks first, and says what goes and what stays. Afterwards this browser no longer knows the sign-up."""
    found, key = mine.own(request, pk)
    now = timezone.now()
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            privacy.erase_own(by="participant", signup=found, at=now)
        except Refusal as refusal:
            refused = refusal
        else:
            response = redirect(f"{reverse('mine')}?erased=1")
            mine.forget(response, request, key)
            return response
    context = {
        "signup": found,
        "activity": found.activity,
        "coming": privacy.is_coming(found, now),
        "refused": refused,
    }
    return pages.answer(request, "participant/erase.html", context, refused)
