"""The mark of a printed paper: an address that leads back to it, as picture and words.

It holds a code that nobody can guess and nothing else: no name, no number of a person,
no parcel. Whoever scans a lost paper learns no more than what the address itself shows.
"""

from __future__ import annotations

from dataclasses import dataclass

import segno

from forms import sentences
from workflows.vietqr import VietQr

# A print of 12 mm still reads with a seventh of it lost: a fold, a stamp, a stain.
_CORRECTION = "m"
_QUIET = 1


@dataclass(frozen=True, slots=True)
class PayMark:
    """The payment code of a notice, as the office gave it, and what it says."""

    text: str
    number: str
    code: VietQr

    @property
    def picture(self) -> str:
        """Return the code as a picture that stands in the page itself."""
        return str(segno.make_qr(self.text, error=_CORRECTION).svg_data_uri(border=4))

    @property
    def told(self) -> str:
        """Return what the picture holds, for who cannot see it."""
        return sentences.pay_picture(self.number)

    @property
    def words(self) -> tuple[str, ...]:
        """Return what stands beside it: to whom, how much, by which notice."""
        return sentences.pay_words(self.number, self.code)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a paper leads back to; ``words`` say what for, ``code`` is for typing."""

    address: str
    code: str
    words: str

    @property
    def picture(self) -> str:
        """Return the address as a QR picture that stands in the page itself."""
        made = segno.make_qr(self.address, error=_CORRECTION)
        return made.svg_data_uri(border=_QUIET)

    @property
    def told(self) -> str:
        """Return what the picture holds, for who cannot see it."""
        return sentences.code_picture(self.address)
