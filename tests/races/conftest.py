"""What happens at the same time: threads with connections of their own, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], Any]]], list[Any]]:
    """Run functions side by side, all let go at one moment; what one raises takes the place of its result."""

    def run(functions: list[Callable[[], Any]]) -> list[Any]:
        gate = threading.Barrier(len(functions), timeout=60)

        def one(function: Callable[[], Any]) -> Any:
            try:
                gate.wait()
                return function()
            except Exception as error:
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(one, functions))

    return run
