"""The mark on every paper that is printed while somebody practises.

Nobody may take such a paper for one of an office or hand it in: large pale words lie
across each page, and a line at the top edge says what it is. The line carries a number,
so that an exercise can ask whether the paper was really looked at.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace

from forms.engine import Sheet
from forms.press import Printer

_WORDS = "LUYỆN TẬP"
_LINE = "{words} {number}: giấy giả để tập, không nộp được ở đâu cả"
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297">'
    '<text x="105" y="160" text-anchor="middle" font-size="40" font-weight="bold"'
    ' font-family="Tinos" fill="#dccfc0" transform="rotate(-52 105 148)">{words}</text>'
    '<text x="105" y="7" text-anchor="middle" font-size="4.4" font-weight="bold"'
    ' font-family="Tinos" fill="#7d2b16">{line}</text></svg>'
)
_STYLE = (
    "<style>@page {{ background: #fff url(data:image/svg+xml;base64,{picture})"
    " center / 210mm 297mm no-repeat }}</style>"
)


@dataclass(frozen=True, slots=True)
class PracticePrinter:
    """Prints by another printer, every sheet with the mark and this number."""

    printer: Printer
    number: str

    def print(self, *sheets: Sheet) -> bytes:
        """Return one file of all the sheets, each of them marked."""
        return self.printer.print(*(marked(one, self.number) for one in sheets))

    def close(self) -> None:
        """Leave the other printer open: it belongs to the installation."""


def marked(sheet: Sheet, number: str) -> Sheet:
    """Return the sheet with the mark of practice on each of its pages."""
    line = _LINE.format(words=_WORDS, number=number)
    picture = _PICTURE.format(words=_WORDS, line=line).encode()
    style = _STYLE.format(picture=b64encode(picture).decode())
    head, tag, rest = sheet.page.partition("</head>")
    page = head + style + tag + rest if tag else style + sheet.page
    return replace(sheet, page=page)
