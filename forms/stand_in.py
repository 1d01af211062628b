"""One page in place of every paper, where cases are made up by the hundred.

To print each paper of a made-up month would take longer than to play the month. The
page says what it is and that papers of new cases are printed as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from unicodedata import normalize

from forms import pdf
from forms.press import Printer


@dataclass(slots=True)
class StandInPrinter:
    """Prints the one page by another printer, once, and gives it for every paper."""

    printer: Printer
    _printed: list[bytes] = field(default_factory=list)

    def print(self, *sheets: pdf.Sheet) -> bytes:
        """Return the page, whatever the sheets are."""
        del sheets
        if not self._printed:
            page = normalize("NFC", pdf.laid_out("stand_in.html.jinja"))
            self._printed.append(self.printer.print(pdf.Sheet(page)))
        return self._printed[0]

    def close(self) -> None:
        """Leave the other printer open: it belongs to the installation."""
