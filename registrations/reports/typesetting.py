"""Pages set by typst from the templates beside this module, with the fonts of our own package: they look the same on every
machine. What people have written goes in as data and is set as text, so that no name is ever markup."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).parent


@functools.cache
def _fonts() -> typst.Fonts:
    folder = resources.files("pylopdf_fonts_zh_cn")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


@dataclass(frozen=True, slots=True)
class Document:
    """A template and what it is filled with."""

    template: str
    data: dict[str, Any]

    def pdf(self) -> bytes:
        return b"".join(self._set("pdf"))

    def pngs(self, ppi: float = 144) -> list[bytes]:
        """The same pages as pictures."""
        return self._set("png", ppi)

    def _set(self, form: typst.OutputFormat, ppi: float | None = None) -> list[bytes]:
        made: bytes | list[bytes] = typst.compile(
            str(_HERE / self.template),
            root=str(_HERE),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format=form,
            ppi=ppi,
            sys_inputs={"data": json.dumps(self.data, ensure_ascii=False)},
        )
        return made if isinstance(made, list) else [made]
