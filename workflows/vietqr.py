"""The text of a VietQR code: read strictly, and built for trials.

A code is a list of pieces, each two digits of a name, two of a length, and a value; the
last piece is the sum of all before it (EMVCo; the accounts by NAPAS). Whoever reads one
here pays with it, so whatever is not exactly as it must be is refused, and nothing is
mended or guessed. Only a notice of an office says what is paid where: ``build`` is for
the simulated office and for tests, and ``TRIAL_BANK`` is the number of no bank.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from dataclasses import dataclass

from workflows import sentences

TRIAL_BANK = "000000"
_NAPAS, _TRANSFER = "A000000727", "QRIBFTTA"
_DONG, _VIETNAM = "704", "VN"
_CRC = "6304"
# A fee or a tip on top of the sum: then the sum is not what is paid.
_ON_TOP = frozenset({"55", "56", "57"})
_TWO_DIGITS = re.compile(r"[0-9]{2}")
_BANK = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[0-9A-Za-z]{1,19}")
_SUM = re.compile(r"[1-9][0-9]{0,12}")


class BadQrError(ValueError):
    """A text that is no VietQR code, or not a whole one; says why in Vietnamese."""


@dataclass(frozen=True, slots=True)
class VietQr:
    """Who is paid how much by a code; ``amount`` is None when the payer types it."""

    bank: str
    account: str
    amount: int | None
    payee: str = ""
    message: str = ""

    @property
    def is_trial(self) -> bool:
        """Return whether no bank would take it."""
        return self.bank == TRIAL_BANK


def build(code: VietQr) -> str:
    """Return the text of a code.

    Raises ValueError for what does not fit: a text that is not ASCII or too long.
    """
    bank = _piece("00", code.bank) + _piece("01", code.account)
    account = _piece("00", _NAPAS) + _piece("01", bank) + _piece("02", _TRANSFER)
    text = (
        _piece("00", "01")
        + _piece("01", "11" if code.amount is None else "12")
        + _piece("38", account)
        + _piece("53", _DONG)
        + ("" if code.amount is None else _piece("54", str(code.amount)))
        + _piece("58", _VIETNAM)
        + (_piece("59", code.payee) if code.payee else "")
        + (_piece("62", _piece("08", code.message)) if code.message else "")
        + _CRC
    )
    whole = text + _sum_of(text)
    if parse(whole) != code:
        raise ValueError(f"a code does not hold this: {code}")
    return whole


def trial_code(amount: int, message: str = "") -> str:
    """Return the text of a code that no bank takes, for an office of a trial."""
    return build(VietQr(TRIAL_BANK, "0", amount, "THU NGHIEM", message))


def parse(text: str) -> VietQr:
    """Return what a code says.

    Raises BadQrError for a wrong sum, another currency or country, a piece that is
    cut, twice there or wanting, and a fee on top.
    """
    if not text.isascii() or not text.isprintable():
        raise BadQrError(sentences.QR_CHARACTERS)
    body, crc = text[:-4], text[-4:]
    if not body.endswith(_CRC) or crc != _sum_of(body):
        raise BadQrError(sentences.QR_SUM)
    pieces = _pieces(text)
    names = list(pieces)
    if names[0] != "00" or names[-1] != "63" or pieces["00"] != "01":
        raise BadQrError(sentences.QR_SHAPE)
    if pieces.get("53") != _DONG or pieces.get("58") != _VIETNAM:
        raise BadQrError(sentences.QR_CURRENCY)
    if _ON_TOP & pieces.keys():
        raise BadQrError(sentences.QR_ON_TOP)
    bank, account = _account(pieces.get("38", ""))
    return VietQr(
        bank,
        account,
        _amount(pieces.get("54")),
        pieces.get("59", ""),
        _pieces(pieces.get("62", "")).get("08", ""),
    )


def _account(text: str) -> tuple[str, str]:
    whole = _pieces(text)
    if whole.get("00") != _NAPAS or whole.get("02") != _TRANSFER:
        raise BadQrError(sentences.QR_ACCOUNT)
    told = _pieces(whole.get("01", ""))
    bank, account = told.get("00", ""), told.get("01", "")
    if not _BANK.fullmatch(bank) or not _ACCOUNT.fullmatch(account):
        raise BadQrError(sentences.QR_ACCOUNT)
    return bank, account


def _amount(text: str | None) -> int | None:
    if text is None:
        return None
    if not _SUM.fullmatch(text):
        raise BadQrError(sentences.QR_AMOUNT)
    return int(text)


def _piece(name: str, value: str) -> str:
    return f"{name}{len(value):02d}{value}"


def _pieces(text: str) -> dict[str, str]:
    """Return the pieces of a text by their names, in their order."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        name, length = text[at : at + 2], text[at + 2 : at + 4]
        if not _TWO_DIGITS.fullmatch(name) or not _TWO_DIGITS.fullmatch(length):
            raise BadQrError(sentences.QR_SHAPE)
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) != int(length) or not value or name in found:
            raise BadQrError(sentences.QR_SHAPE)
        found[name] = value
        at += 4 + int(length)
    return found


def _sum_of(text: str) -> str:
    """Return CRC-16 with the polynomial 0x1021 from 0xFFFF, as four digits."""
    return f"{crc_hqx(text.encode(), 0xFFFF):04X}"
