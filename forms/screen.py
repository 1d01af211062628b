"""Shows a paper on the screen: the page that is printed, with its style inside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from forms import pdf
from forms.filled import FilledForm

_LAYOUTS = Path(__file__).parent / "layouts"


def on_screen(filled: FilledForm) -> str:
    """Return the paper as one HTML page that asks for nothing more, not even a style.

    It is a likeness: where a page ends is seen in the PDF only.
    """
    return pdf.html(filled).replace("</head>", f"<style>{_style()}</style></head>", 1)


@cache
def _style() -> str:
    names = ("sheet.css", "screen.css")
    return "\n".join((_LAYOUTS / name).read_text("utf-8") for name in names)
