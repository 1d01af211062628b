"""One page in place of every paper, where cases are made up by the hundred.

To print each paper of a made-up month would take longer than to play the month. The
page says what it is and that papers of new cases are printed as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from unicodedata import normalize

from forms.engine import Sheet
from forms.press import Printer

_PAGE = Sheet(
    normalize(
        "NFC",
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        "<title>Giấy mẫu</title><style>@page { size: A4; margin: 30mm 25mm }"
        " body { font: 14pt/1.5 Tinos, serif }</style></head><body>"
        "<h1>Giấy mẫu</h1><p>Hồ sơ này là hồ sơ giả của tháng mẫu trong bản thử nghiệm,"
        " nên giấy của nó không được in từng tờ.</p><p>Giấy của hồ sơ mới được in đúng"
        " mẫu, có đủ nội dung.</p></body></html>",
    )
)


@dataclass(slots=True)
class StandInPrinter:
    """Prints the one page by another printer, once, and gives it for every paper."""

    printer: Printer
    _printed: list[bytes] = field(default_factory=list)

    def print(self, *sheets: Sheet) -> bytes:
        """Return the page, whatever the sheets are."""
        del sheets
        if not self._printed:
            self._printed.append(self.printer.print(_PAGE))
        return self._printed[0]

    def close(self) -> None:
        """Leave the other printer open: it belongs to the installation."""
