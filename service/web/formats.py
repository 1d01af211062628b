"""How days, instants and money are written on a page."""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from forms import words
from forms.words import money

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_DOTS = re.compile(r"[.…_]{4,}|…{2,}")
# Who says or does something, as the program calls it, in plain words.
VOICES = {
    "citizen": "Người dân",
    "system": "Dắt",
    "timer": "Đồng hồ",
    "child": "Hồ sơ liên thông",
    "parent": "Hồ sơ chính",
    "ledger": "Sổ tiền của hồ sơ",
}


def day(value: date | datetime | str | None) -> str:
    """Write a legal day as people do: 21/1/2027; an instant by its day in Vietnam."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return f"{value.day}/{value.month}/{value.year}"


def weekday(value: date | datetime | str) -> str:
    """Name the day of the week, such as "thứ Năm"."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return words.weekday(value)


def titled(words: str) -> str:
    """Begin with a capital letter and leave the others: thứ Hai is Thứ Hai."""
    return words[:1].upper() + words[1:]


def sentence_case(words: str) -> str:
    """Write a title set in capitals as a sentence; what is not all capitals stays."""
    return words.capitalize() if words.isupper() else words


def without_rules(words: str) -> str:
    """Shorten the dots of a fill line: on a screen they say no more than a few do."""
    return _DOTS.sub("…", words)


def instant(value: datetime) -> str:
    """Write an instant on the clock of Vietnam: 9 giờ 05, 21/1/2027."""
    local = value.astimezone(VIETNAM)
    return f"{local.hour} giờ {local.minute:02d}, {day(local)}"


def hour(value: datetime) -> str:
    """Write the time of the day in Vietnam: 9 giờ 05."""
    local = value.astimezone(VIETNAM)
    return f"{local.hour} giờ {local.minute:02d}"


def currency(value: int | None) -> str:
    """Write đồng with dots and a no-break space; nothing when it is not known."""
    return "" if value is None else money(value)


def pdf_named(name: str) -> dict[str, str]:
    """Return the header that opens a PDF in the browser under a plain name."""
    return {"Content-Disposition": f'inline; filename="{name}.pdf"'}


_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg"}


def shown_as(name: str, media_type: str) -> str:
    """Return the header that opens a paper in the browser and names it when kept.

    A header holds Latin letters only, so a Vietnamese name is written in escapes.
    """
    ending = _ENDINGS.get(media_type, "txt")
    return f"inline; filename*=UTF-8''{quote(name)}.{ending}"
