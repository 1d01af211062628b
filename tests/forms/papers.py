"""What the tests of the papers share: papers printed once, and the text of a PDF."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

import pypdfium2

from forms import pdf, prefill
from forms.catalog import Catalog
from forms.definition import FormEdition
from forms.filled import FilledForm
from forms.loader import editions_by_file
from tests.forms.samples import ESTATE, OVERLONG, PROVENANCE, TWO_GIVERS, TYPICAL

DAY = date(2026, 11, 24)
DAK_LAK = ("vn-66-2026", "vn-nd151-2025", "vn-tax-2026", "common")
LAO_CAI = ("vn-15-qd47-2026", "vn-nd151-2025", "vn-tax-2026", "common")
# The files of the editions; those of one file are the same paper for other packages.
FILES = tuple(sorted(editions_by_file()))
DATA: Mapping[str, Mapping[str, object]] = {
    "blank": {},
    "typical": TYPICAL,
    "overlong": OVERLONG,
}
# Tables that only other matters fill, and the matters that do.
FURTHER = (
    ("vn-15-qd47-2026/F-SLIP-TRANSFER.yaml", "two givers"),
    ("vn-66-2026/F-SLIP-TRANSFER.yaml", "two givers"),
    ("vn-notary-2025/POSTING-ESTATE.yaml", "an estate"),
)
_MATTERS = {**DATA, "two givers": TWO_GIVERS, "an estate": ESTATE}


class Printer:
    """Renders each sheet once, for all the processes that share the folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder

    def path(self, *sheets: pdf.Sheet) -> Path:
        """Return the file of the sheets; who comes second waits for the first."""
        path = self._folder / f"{pdf.fingerprint(*sheets)}.pdf"
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                path.write_bytes(pdf.render(*sheets))
        return path

    def print(self, *sheets: pdf.Sheet) -> bytes:
        return self.path(*sheets).read_bytes()


def edition(form: str, chain: tuple[str, ...] = DAK_LAK) -> FormEdition:
    return Catalog.load().edition(form, chain, DAY)


@cache
def blank_pdf(form: str, chain: tuple[str, ...] = DAK_LAK) -> bytes:
    return printed(prefill.blank(edition(form, chain)))


def printed(filled: FilledForm) -> bytes:
    return pdf.render(pdf.sheet(filled))


@cache
def filled(file: str, data: str) -> FilledForm:
    """Return the paper of an edition file, filled with one of the sets of data."""
    each = editions_by_file()[file][0]
    return prefill.fill(each, _MATTERS[data], PROVENANCE if data != "blank" else None)


@cache
def sheet(file: str, data: str) -> pdf.Sheet:
    return pdf.sheet(filled(file, data))


def every_paper() -> Iterator[tuple[str, str]]:
    """Yield each edition file with each set of data."""
    yield from ((file, data) for file in FILES for data in DATA)


def text_of(content: bytes) -> str:
    """Return the text page by page in its drawn order, without the page numbers."""
    pages = []
    for number, page in enumerate(pypdfium2.PdfDocument(content), start=1):
        text = page.get_textpage().get_text_range()
        pages.append(text if number == 1 else re.sub(rf"\s{number}\s*$", "", text))
    return normalize("NFC", "\n".join(pages))


def squash(text: str) -> str:
    """Keep letters, their marks and figures: dots and spaces are not the wording."""
    return "".join(one for one in normalize("NFC", text) if counts(one))


def counts(letter: str) -> bool:
    return letter.isalnum() or combining(letter) > 0
