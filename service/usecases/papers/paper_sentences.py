"""What the papers of a case say about their facts: who said them, or why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from service.usecases.desk import VIETNAM

_NAMES: Mapping[str, str] = {
    "citizen": "ông bà",
    "helper": "người giúp",
    "system": "hệ thống",
    "timer": "hệ thống",
    "ledger": "hệ thống",
    "child": "hồ sơ liên thông",
    "parent": "hồ sơ chính",
}
# Where a value may be read, by the source that its fact carries.
SOURCES: Mapping[str, str] = {
    "identity_card_qr": "mã QR trên căn cước",
    "identity_card_now": "mã QR trên căn cước, đổi theo xã, phường hiện nay",
    "identity_provider": "nơi đăng nhập định danh điện tử",
    "land_register": "sổ địa chính của cơ quan đất đai",
    "land_database": "dữ liệu đất đai",
    "registry": "cơ sở dữ liệu của cơ quan",
    "noted_offline": "câu trả lời ghi lúc không có mạng",
}
MOST_GROUNDS = 4
# The term of a same-day procedure: "trong ngày làm việc".
SAME_DAY = "trong"
UNITS: Mapping[str, str] = {"working_day": "làm việc", "day": ""}
# Why a paper has no value for a fact; it is never made up.
WITHOUT_CASE = "Biết khi mở hồ sơ: cơ quan giải quyết được ghi vào lúc đó."
NO_SUCH_OFFICE = "Hồ sơ này chưa có cơ quan đó."
NUMBER = "Văn thư cơ quan cấp số khi phát hành."
BOOK = "Quầy ghi theo sổ của quầy."
NO_CLERK = "Việc này không do một cán bộ ghi tên."
TERM_NOT_BEGUN = "Thời hạn tính từ khi cơ quan giải quyết nhận hồ sơ."
FROM_RECEIPT = "kể từ khi cơ quan có thẩm quyền nhận được hồ sơ"
TERM_UNKNOWN = "Chưa có số ngày theo quy định của nơi này."
AT_OPENING = "khi mở việc này"
FROM_FILE = "theo tệp tình huống"
BY_STEP = "giấy tờ mà bước này cần"
OFFICE_OF_CASE = "cơ quan của hồ sơ"
PLACE_OF_LAND = "xã, phường của thửa đất"
PLACE_OF_OFFICE = "nơi cơ quan đóng"
# The line beside the mark of a paper: what it is for, and where its code is typed.
FOLLOW = "Xem hồ sơ đang ở đâu: quét mã, hoặc vào {place} và gõ mã này"
REOPEN = "Mở lại để sửa, in lại: quét mã, hoặc vào {place} và gõ mã này"


def said_by(name: str, on_behalf_of: str | None, at: datetime) -> str:
    """Say in a few words who said something, for whom, and on which day."""
    who = _NAMES.get(name, name)
    if on_behalf_of:
        who += f" (thay {_NAMES.get(on_behalf_of, on_behalf_of)})"
    return f"{who}, {_day(at)}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y}"


def answered(name: str, on_behalf_of: str | None, at: datetime) -> str:
    """Say who answered a question, for whom, and on which day."""
    who, day = _NAMES.get(name, name), _day(at)
    if on_behalf_of:
        return f"{who} trả lời thay {_NAMES.get(on_behalf_of, on_behalf_of)}, {day}"
    return f"{who} trả lời, {day}"


def looked_up(source: str, name: str, on_behalf_of: str | None, at: datetime) -> str:
    """Say where a value was read, and who brought it in, for whom, on which day."""
    where, who, day = SOURCES.get(source, source), _NAMES.get(name, name), _day(at)
    if on_behalf_of:
        other = _NAMES.get(on_behalf_of, on_behalf_of)
        return f"{where}, {who} đưa vào thay {other} {day}"
    return f"{where}, {who} đưa vào {day}"


def source_of(source: str, name: str) -> str:
    """Name whose word a value is: a card or register, else whoever said it."""
    return SOURCES.get(source) or f"lời của {_NAMES.get(name, name)}"


def decided(said: str, chosen: str) -> str:
    """Say who chose between words that differ, and whose word was chosen."""
    return f"{said}: chọn theo {chosen}" if chosen else f"{said}: đã chọn"


def in_case(said: str, code: str) -> str:
    """Say in which earlier case of the matter something was recorded."""
    return f"{said}, hồ sơ {code}"


def derived(places: Sequence[str], grounds: Sequence[str] = ()) -> str:
    """Say that a value follows from what is known: by which articles, from which facts.

    Of many facts the first few are named.
    """
    named = ", ".join(grounds[:MOST_GROUNDS])
    if len(grounds) > MOST_GROUNDS:
        named += " và các câu khác"
    known = named or "hồ sơ"
    return (
        f"suy ra theo {'; '.join(places)} từ {known}"
        if places
        else f"suy ra từ {known}"
    )


def by_law(place: str) -> str:
    """Say that a value is what an article lays down."""
    return f"theo {place}"


def handed(giver: str, taker: str) -> str:
    """Name the two offices of a hand-over as the control sheet does."""
    return f"1. Giao: {giver}\n2. Nhận: {taker}"


def hour(at: datetime) -> str:
    """Write an instant as the sheets of the one-stop shop do."""
    local = at.astimezone(VIETNAM)
    day = f"ngày {local:%d} tháng {local:%m} năm {local:%Y}"
    return f"{local:%H} giờ {local:%M} phút, {day}"


def stand_in(name: str, code: str, *, trial: bool) -> str:
    """Return the text that is kept for a paper which another office makes."""
    mark = "Bản thử nghiệm, không có giá trị. " if trial else ""
    return (
        f"{name}\nHồ sơ {code}\n"
        f"{mark}Giấy này do cơ quan ban hành tự làm, Dắt chỉ ghi nhận.\n"
    )


def counted_from_receipt(unit: str | None) -> str:
    """Say of a term that it begins with the receipt by the office in charge."""
    return f"{unit}, {FROM_RECEIPT}" if unit else FROM_RECEIPT
