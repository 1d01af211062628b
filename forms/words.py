"""Numbers, money, dates and areas as official Vietnamese papers write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

DONG = "đồng"
_NO_BREAK = "\u00a0"
_THOUSAND = 1000
_BILLION = 1_000_000_000
LIMIT = _BILLION * _BILLION
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu")
_WEEKDAYS = (
    "thứ Hai",
    "thứ Ba",
    "thứ Tư",
    "thứ Năm",
    "thứ Sáu",
    "thứ Bảy",
    "Chủ nhật",
)
# How an address names its units, since 01/7/2025 two levels; old papers have more.
COMMUNE_UNITS = ("xã", "phường", "đặc khu", "thị trấn")
ROADS = ("đường", "phố")
PROVINCE_UNITS = ("tỉnh", "thành phố", "tp", "tp.")
# What the name of a land office begins with, the longest first.
LAND_OFFICES = (
    "chi nhánh văn phòng đăng ký đất đai",
    "văn phòng đăng ký đất đai",
    "chi nhánh",
)


def number_in_words(number: int) -> str:
    """Return a whole number from 0 up to 10^18 - 1 in words, in lower case.

    Northern official reading: "linh", "nghìn", "mốt", "tư", "lăm"; a group inside the
    number always says its hundreds ("không trăm linh năm"), an empty group is silent.
    """
    if not 0 <= number < LIMIT:
        raise ValueError(number)
    if number == 0:
        return _DIGITS[0]
    billions, rest = divmod(number, _BILLION)
    said = []
    if billions:
        said += [number_in_words(billions), "tỷ"]
    said += _below_billion(rest, follows=bool(billions))
    return " ".join(said)


def _below_billion(number: int, *, follows: bool) -> list[str]:
    said: list[str] = []
    for power in (2, 1, 0):
        group = number // _THOUSAND**power % _THOUSAND
        if group:
            said += _group(group, padded=follows or bool(said))
            said += [_GROUPS[power]] if power else []
    return said


def _group(group: int, *, padded: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    tens, units = divmod(rest, 10)
    said = [_DIGITS[hundreds], "trăm"] if hundreds or padded else []
    if tens == 0:
        return (
            said
            + (["linh", _DIGITS[units]] if units and said else [])
            + ([_DIGITS[units]] if units and not said else [])
        )
    said += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if units:
        said.append(_unit_after_tens(tens, units))
    return said


def _unit_after_tens(tens: int, units: int) -> str:
    if units == 5:
        return "lăm"
    if tens > 1:
        return {1: "mốt", 4: "tư"}.get(units, _DIGITS[units])
    return _DIGITS[units]


def money_in_words(dong: int) -> str:
    """Return an amount of đồng in words with a capital: "Một triệu đồng"."""
    said = number_in_words(dong)
    return f"{said[0].upper()}{said[1:]} {DONG}"


def number(value: int) -> str:
    """Return a whole number with dots between thousands: "1.000.000"."""
    return f"{value:,}".replace(",", ".")


def money(dong: int) -> str:
    """Return an amount of đồng, "1.000.000 đ", kept together by a no-break space."""
    return f"{number(dong)}\u00a0đ"


def dong(amount: int) -> str:
    """Return an amount for people who read slowly: "1.000.000 đồng", kept together."""
    return f"{number(amount)}\u00a0đồng"


def decimal(value: Decimal | int | str) -> str:
    """Return a decimal number with a comma and no idle zeros: "512,4"."""
    exact = Decimal(value)
    whole, _, fraction = f"{abs(exact):f}".partition(".")
    fraction = fraction.rstrip("0")
    sign = "-" if exact < 0 else ""
    return sign + number(int(whole)) + (f",{fraction}" if fraction else "")


def area(square_metres: Decimal | int | str) -> str:
    """Return an area in square metres: "512,4 m²", kept together."""
    return f"{decimal(square_metres)}{_NO_BREAK}m²"


def share(part: Fraction) -> str:
    """Return a share as a number of per cent, or as a fraction where that is inexact.

    One half is "50"; one third stays "1/3", because 33,33 would not add up.
    """
    percent = part * 100
    cents = percent * 100
    if cents.denominator == 1:
        return decimal(Decimal(cents.numerator) / 100)
    return f"{part.numerator}/{part.denominator}"


def date_short(day: date) -> str:
    """Return a date as a field takes it: "05/11/2026"."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def moment(at: datetime) -> str:
    """Return an instant as a column of a book takes it: "08 giờ 30, 24/11/2026"."""
    return f"{at:%H} giờ {at:%M}, {date_short(at)}"


def date_parts(day: date) -> dict[str, str]:
    """Return the day, month, year (and hour, minute of an instant) of a date line.

    Days below ten and the months January and February are written with a zero, as
    offices do so that nobody can add a figure in front.
    """
    parts = {
        "d": f"{day.day:02d}",
        "m": f"{day.month:02d}" if day.month < 3 else str(day.month),
        "y": f"{day.year:04d}",
    }
    if isinstance(day, datetime):
        parts |= {"h": f"{day.hour:02d}", "min": f"{day.minute:02d}"}
    return parts


def weekday(day: date) -> str:
    """Name the day of the week: "thứ Năm"."""
    return _WEEKDAYS[day.weekday()]


def date_said(day: date) -> str:
    """Return a date as people say it: "thứ Năm, ngày 21 tháng 1 năm 2027"."""
    return f"{weekday(day)}, ngày {day.day} tháng {day.month} năm {day.year}"
