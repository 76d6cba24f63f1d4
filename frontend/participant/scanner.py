"""The scanner's shell: everything else it gets from the API with its station's key."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from events.access import Act
from frontend.pages import Request, page


@page(Act.SEE_PUBLIC)
def scan(request: Request) -> HttpResponse:
    return render(request, "scanner/scan.html")
