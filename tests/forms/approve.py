"""``python -m tests.forms.approve [FORM ...]``: keep papers as they look now.

Writes the picture of the blank paper and the list of what stands where on the typical
one, for each paper that differs from what was approved, and says which. Look at each of
them first: ``tests/forms/approved/README.md``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from forms import pdf
from forms.captions import CAPTIONS, captions_by_file
from tests.forms.approval import (
    APPROVED,
    answers_file,
    approved_picture,
    changed,
    encoded,
    picture,
    picture_file,
)
from tests.forms.fidelity import answers_by_caption
from tests.forms.papers import FILES, filled, sheet
from tests.forms.tracing import traced

_PAGES = re.compile(r"(?m)^pages: \{blank: \d+, typical: \d+")


def main(forms: list[str]) -> None:
    for file in FILES:
        if not forms or Path(file).stem.partition(".")[0] in forms:
            for told in _approve(file):
                print(f"{file}: {told}")  # noqa: T201 - a command
    for path in sorted(APPROVED.glob("*/*")):
        if path.relative_to(APPROVED).with_suffix(".yaml").as_posix() not in FILES:
            path.unlink()
            print(f"{path.name}: gone")  # noqa: T201 - a command


def _approve(file: str) -> Iterator[str]:
    content = pdf.render(sheet(file, "blank"))
    ours = picture(content)
    path = picture_file(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or changed(ours, approved_picture(file)) > 0:
        _keep(path, encoded(ours))
        yield "the picture is kept"
    paper = traced(filled(file, "typical"), pdf.render)
    lines = "\n".join(answers_by_caption(paper)) + "\n"
    if not answers_file(file).exists() or answers_file(file).read_text() != lines:
        answers_file(file).write_text(lines)
        yield "what stands where is kept"
    yield from _pages(file, len(pypdfium2.PdfDocument(content)), len(paper.sizes))


def _pages(file: str, blank: int, typical: int) -> Iterator[str]:
    said = captions_by_file()[file].pages
    if (said.blank, said.typical) == (blank, typical):
        return
    path = CAPTIONS / file
    ours = f"pages: {{blank: {blank}, typical: {typical}"
    text, found = _PAGES.subn(ours, path.read_text("utf-8"))
    if not found:
        text += f"{ours}}}\n"
    path.write_text(text, "utf-8")
    captions_by_file.cache_clear()
    yield f"{blank} and {typical} pages are kept"


def _keep(path: Path, content: bytes) -> None:
    """Write the picture, or a link to an equal one that is there."""
    path.unlink(missing_ok=True)
    for other in sorted(APPROVED.glob("*/*.png")):
        if not other.is_symlink() and other.read_bytes() == content:
            path.symlink_to(os.path.relpath(other, path.parent))
            return
    path.write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])
