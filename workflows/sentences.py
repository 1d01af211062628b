"""What the domain says to people: problems to correct, and why money is owed or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from workflows.parties import PartyRole

ROLE_NAMES = {
    PartyRole.TRANSFEROR: "người cho hoặc bán",
    PartyRole.RECEIVER: "người nhận",
    PartyRole.DECEASED: "người đã mất",
    PartyRole.HEIR: "người thừa kế",
    PartyRole.APPLICANT: "người đứng tên làm giấy tờ",
    PartyRole.SUBMITTER: "người đi nộp thay",
    PartyRole.MORTGAGEE: "ngân hàng, người nhận thế chấp",
    PartyRole.SPOUSE: "vợ hoặc chồng",
    PartyRole.CO_OWNER: "người cùng đứng tên",
    PartyRole.NEIGHBOUR: "người đất liền kề",
}


# --- rendering ----------------------------------------------------------------------


def money(amount: int) -> str:
    """Write an amount of đồng: ``1.000.000 đ`` with a no-break space."""
    return f"{_dotted(amount)}\u00a0đ"


def percent(rate: Decimal) -> str:
    """Write a rate as a percentage: ``0,5 %``."""
    number = format((rate * 100).normalize(), "f").replace(".", ",")
    return f"{number}\u00a0%"


def day(value: date) -> str:
    """Write a day as people do: 21/1/2027."""
    return f"{value.day}/{value.month}/{value.year}"


def shown(value: object) -> str:
    """Write what a person gave, shortened, inside quotation marks."""
    text = str(value)
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


def too_long(length: int, most: int) -> str:
    """Say how long a text is and how long it may be, and what to do."""
    return (
        f"Câu này dài {_dotted(length)} chữ, giấy tờ chỉ nhận {_dotted(most)}. "
        "Viết gọn lại; nội dung dài thì nộp kèm thành giấy riêng."
    )


def undrawn(letter: str) -> str:
    """Name a letter that a paper cannot show; one that nobody sees by its number."""
    unseen = f"không nhìn thấy (U+{ord(letter):04X})"
    name = f"“{letter}”" if letter.isprintable() else unseen
    return (
        f"Có ký tự {name} không in được lên giấy. "
        "Xóa đi, chỉ dùng chữ cái, chữ số và dấu câu."
    )


def heaped(text: str) -> str:
    """Say that too many marks stand on one letter."""
    return f"Chữ “{text}” có quá nhiều dấu chồng lên nhau. Gõ lại chữ đó."


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _grouped(limit: str) -> str:
    """Write a limit of the data as people write numbers; words stay as they are."""
    whole, point, part = limit.partition(".")
    written = _dotted(int(whole)) if whole.isdecimal() else whole
    return written + (f",{part}" if point else "")


_FILE_TROUBLES: dict[type[OSError], str] = {
    FileNotFoundError: "không có tệp hay thư mục này",
    IsADirectoryError: "đó là một thư mục",
    NotADirectoryError: "không có thư mục này",
    PermissionError: "không được phép",
}


def file_trouble(error: OSError) -> str:
    """Say why a file cannot be read or written."""
    told = error.strerror or str(error)
    return _FILE_TROUBLES.get(type(error), told)


def quoted(text: str) -> str:
    """Put a question into quotation marks."""
    return f"“{text}”"


def choices(allowed: Iterable[str]) -> str:
    """List what is allowed."""
    return ", ".join(allowed)


def sentence(text: str) -> str:
    """Make a phrase of the data a sentence: capital first, full stop last."""
    whole = text.strip().rstrip(".")
    return f"{whole[:1].upper()}{whole[1:]}." if whole else ""


# --- problems of a situation --------------------------------------------------------


def not_an_object(key: str) -> str:
    """Say that the value must be an object of keys and values."""
    return f"{key} phải là một nhóm khóa và giá trị (đối tượng JSON)."


def not_a_list(key: str, value: object) -> str:
    """Say that the value must be a list."""
    return f"{key} phải là một danh sách, không phải {shown(value)}."


def unknown_key(key: str, near: Sequence[str]) -> str:
    """Say that the key means nothing here, and which names are nearest."""
    return f"Khóa {shown(key)} không dùng ở đây. Gần đúng nhất: {choices(near)}."


def no_key_value(text: str) -> str:
    """Say how a change is written."""
    return f"{shown(text)} phải viết là khóa=giá trị, ví dụ goal=give."


def changed_twice(key: str) -> str:
    """Say that one key cannot have two values at once."""
    return f"{key} được đổi hai lần. Mỗi khóa chỉ đổi một lần."


def missing_key(key: str, allowed: str) -> str:
    """Say that a key must be given, and with what."""
    return f"Thiếu {key}. Được dùng: {allowed}."


def not_allowed(key: str, value: object, allowed: Iterable[str]) -> str:
    """Say that the value is not one of those allowed."""
    return f"{key} không nhận {shown(value)}. Được dùng: {choices(allowed)}."


def no_such_day(key: str, value: object) -> str:
    """Say that the value is no day of the calendar."""
    return (
        f"{key}: {shown(value)} không phải một ngày có thật. "
        "Viết năm-tháng-ngày, ví dụ 2026-11-23."
    )


def no_such_day_typed(value: object) -> str:
    """Say the same to a person at a page."""
    return (
        f"{shown(value)} không phải một ngày có thật. "
        "Viết ngày/tháng/năm, như 21/1/2007."
    )


def day_too_late(key: str, value: date, last: date) -> str:
    """Say that the day lies after the last one that makes sense."""
    return f"{key}: {day(value)} ở sau ngày {day(last)}. Hãy xem lại năm."


def wrong_type(key: str, value: object, wanted: str) -> str:
    """Say of which kind the value must be."""
    return f"{key} phải là {wanted}, không phải {shown(value)}."


def wrong_shape(what: str, value: str, rule: str, example: str) -> str:
    """Say that a number cannot be of its kind, what the rule is, and show one."""
    return f"{what} {shown(value)} chưa đúng: {what.lower()} {rule}. Ví dụ: {example}."


def out_of_range(key: str, value: object, least: str | None, most: str | None) -> str:
    """Say between which limits the value must lie."""
    limits = [f"từ {_grouped(least)}"] if least is not None else []
    limits += [f"đến {_grouped(most)}"] if most is not None else []
    return f"{key}: {shown(value)} ngoài mức cho phép ({' '.join(limits)})."


def bad_share(key: str, value: object) -> str:
    """Say how a share is written."""
    return (
        f"{key} không nhận {shown(value)}. Viết một phần lớn hơn 0 và không quá 1, "
        "ví dụ 1/2."
    )


def shares_do_not_add_up(role: str, total: str) -> str:
    """Say that the shares of a role are more or less than the whole."""
    return f"share của các {role} cộng lại là {total}; phải đúng bằng 1."


def shares_half_given(role: str, without: Iterable[str]) -> str:
    """Say that either all or none of a role give their share."""
    return (
        f"share của {role} {choices(without)} chưa ghi. Ghi đủ cho mọi người, "
        "hoặc bỏ hết để chia đều."
    )


def party_twice(party_id: str) -> str:
    """Say that two people have the same id."""
    return f"parties: id {shown(party_id)} dùng hai lần. Mỗi người một id khác nhau."


def bad_party_id(key: str, value: object) -> str:
    """Say what an id may look like."""
    return (
        f"{key} không nhận {shown(value)}. Dùng chữ không dấu, số, gạch nối; "
        "tối đa 40 ký tự, ví dụ receiver-1."
    )


def nobody(key: str, value: object, known: Iterable[str]) -> str:
    """Say that no party has this id."""
    return (
        f"{key}: không có ai mang id {shown(value)}. "
        f"Những người đã khai: {choices(known) or 'chưa có ai'}."
    )


def parcel_twice(parcel_id: str) -> str:
    """Say that two parcels have the same id."""
    return (
        f"parcels: id {shown(parcel_id)} dùng hai lần. Mỗi thửa mới một id khác nhau."
    )


def no_holders(key: str, known: Iterable[str]) -> str:
    """Say that nobody is named who will hold a parcel."""
    return (
        f"{key}: ghi id của những người sẽ đứng tên thửa mới, ít nhất một người. "
        f"Những người đã khai: {choices(known) or 'chưa có ai'}."
    )


def mixed_holders(key: str) -> str:
    """Say that one who gives and one who takes cannot hold a parcel together here."""
    return (
        f"{key}: người cho, bán và người nhận không đứng tên chung một thửa mới. "
        "Ghi riêng thửa của người nhận và thửa giữ lại."
    )


def no_parcel_for(party_id: str) -> str:
    """Say that somebody who takes is given none of the parcels."""
    return f"parcels: {shown(party_id)} là người nhận mà chưa có thửa mới nào."


def parcels_too_big(key: str, total: str, whole: str) -> str:
    """Say that the parts are larger than the whole."""
    return f"{key}: các thửa mới cộng lại {total} m², lớn hơn cả thửa đất ({whole} m²)."


def parcels_say_otherwise(key: str, implied: object) -> str:
    """Say that an answer and the parcels do not agree."""
    said = str(implied).lower() if isinstance(implied, bool) else str(implied)
    return f"{key}: theo các thửa mới (parcels) thì phải là {said}. Sửa một trong hai."


def same_person(key: str, value: object) -> str:
    """Say that a relationship is between two different people."""
    return f"{key} nêu {shown(value)} hai lần. Quan hệ phải giữa hai người khác nhau."


def two_people(key: str, value: object) -> str:
    """Say that a relationship names two people."""
    return f"{key} phải nêu đúng hai id, không phải {shown(value)}."


def pair_twice(key: str, one: str, other: str) -> str:
    """Say that the same two people are related twice."""
    return f"{key}: quan hệ giữa {one} và {other} đã khai rồi. Chỉ giữ một dòng."


def said_twice(key: str) -> str:
    """Say that one fact was given in two places."""
    return f"{key} được khai ở hai chỗ. Chỉ giữ một chỗ."


# --- answers typed at a page --------------------------------------------------------

THE_ANSWER = "Câu trả lời"
A_COMMUNE = "Xã, phường"
COMMUNE = "mã hoặc tên xã, phường, ví dụ 24133"
YES_NO = "true hoặc false"
WHOLE_DONG = "số đồng nguyên, từ 0 trở lên, ví dụ 5000000"
DECIMAL = "số, ví dụ 200.5"
DECIMAL_TYPED = "số, ví dụ 200,5"
INTEGER = "số nguyên, từ 0 trở lên"
TEXT = "một dòng chữ"
NO_ANSWER = "Hãy chọn hoặc viết câu trả lời, hoặc chọn “Tôi chưa rõ”."
YES_WORDS = ("co", "có", "yes", "true", "dung", "đúng", "roi", "rồi")
NO_WORDS = ("khong", "không", "no", "false", "chua", "chưa", "sai")
UNSURE = "Tôi chưa rõ"
TRILLION_MOST = "một triệu tỷ đồng"

# --- why money is owed or not -------------------------------------------------------


EXEMPT_CASES = {
    "exempt.poor_household_home": "nhà ở, đất ở của hộ nghèo",
    "exempt.difficult_area_home": "nhà ở, đất ở tại xã có điều kiện khó khăn",
    "exempt.farm_land_swap": "đổi đất nông nghiệp cho nhau",
    "exempt.farm_land_allocated": "đất Nhà nước giao, cho thuê, công nhận để làm nông",
    "exempt.farm_land_reclaimed": "đất nông nghiệp do hộ tự khai hoang",
    "exempt.yearly_rent": "đất thuê của Nhà nước, trả tiền hằng năm",
    "exempt.compensation": "đất, nhà được bồi thường, tái định cư",
    "exempt.reregistration": "đăng ký lại tài sản chung của hộ, của vợ chồng",
    "exempt.charity_house": "nhà tình nghĩa, nhà đại đoàn kết, nhà hỗ trợ nhân đạo",
}
NO_LEVY_SAME_OWNER = "không đổi chủ và không phải nộp tiền sử dụng đất"


def unknown_answers(labels: Iterable[str]) -> str:
    """Say which answers are still needed for a figure."""
    return f"Chưa tính được, còn thiếu: {'; '.join(labels)}."


def also_assumed(labels: Iterable[str]) -> str:
    """Say what was taken as not so because nobody has told it."""
    return f"Có thể giảm hoặc miễn; chưa biết: {'; '.join(labels)}."


def rests_on(labels: Iterable[str]) -> str:
    """Say what the sum rests on although nobody has told it."""
    return f"Số này có thể cao hơn; cần trả lời: {'; '.join(labels)}."


def kin_exempt(person: str, others: Sequence[str]) -> str:
    """Say that kinship makes it free."""
    return f"Miễn, vì {person} và {', '.join(others)} là người thân được miễn."


def kin_partly(part: str) -> str:
    """Say that only the part from or to others counts."""
    return f"Chỉ tính phần không được miễn vì thân thuộc: {part}."


def sole_home() -> str:
    """Say that the only home is free of tax."""
    return "Miễn, vì là nhà ở, đất ở duy nhất, chuyển trọn và đã đứng tên đủ ngày."


def swap_exempt() -> str:
    """Say that swapping farm land is free."""
    return "Miễn, vì là đổi đất nông nghiệp giữa các hộ, cá nhân."


def rate_of(rate: Decimal, base: int) -> str:
    """Say the rate and what it is taken of."""
    return f"{percent(rate)} của {money(base)}."


def table_counts() -> str:
    """Say that the State's price is the base, because the contract is lower."""
    return "Tính theo giá Nhà nước, vì giá ghi trong hợp đồng thấp hơn."


def contract_counts() -> str:
    """Say that the price of the contract is the base, because it is the higher one."""
    return "Tính theo giá ghi trong hợp đồng, vì cao hơn giá Nhà nước."


def threshold(amount: int, rate: Decimal) -> str:
    """Say what part of a gift is free and how the rest is taxed."""
    return f"{percent(rate)} của phần trên {money(amount)}."


def below_threshold(amount: int) -> str:
    """Say that the gift stays within the free part."""
    return f"Không phải nộp, vì giá trị nhận được không quá {money(amount)}."


def paid_by_receiver() -> str:
    """Say that the receiver has promised to pay this tax."""
    return "Bên nhận nộp thay theo thỏa thuận."


def capped(cap: int) -> str:
    """Say that the fee has reached its highest amount."""
    return f"Mức cao nhất của một tài sản là {money(cap)}."


def exempt_reason(label: str) -> str:
    """Say under which case the fee is free."""
    return f"Miễn: {label}."


def notary_tariff(base: int) -> str:
    """Say on which value the tariff of the notary is read."""
    return f"Theo biểu phí, trên giá trị {money(base)}. Đã gồm thuế giá trị gia tăng."


def notary_place() -> str:
    """Say that the deed may also be certified at the commune."""
    return "Nếu ký ở UBND xã nơi có đất thì chỉ nộp phí chứng thực."


def fixed_fee() -> str:
    """Say that the fee is one amount a contract."""
    return "Mức cố định cho một hợp đồng."


def late(days: int, rate: Decimal) -> str:
    """Say how late, and what a day costs."""
    return f"Nộp chậm {days} ngày, mỗi ngày {percent(rate)} của số tiền chậm."


def no_figure(parameter_title: str, on: date) -> str:
    """Say that no figure is loaded for the day."""
    return f"Chưa có số của “{parameter_title}” cho ngày {day(on)}. Hỏi quầy Một cửa."


def levy_relief() -> str:
    """Say how the levy was reckoned with the one-off relief."""
    return "Tính theo mức giảm một lần: trong hạn mức, vượt hạn mức, phần còn lại."


def levy_full() -> str:
    """Say that the whole difference is due."""
    return "Nộp đủ phần chênh lệch giữa giá đất sau và trước khi chuyển."


def levy_no_relief() -> str:
    """Say that the relief that was claimed does not hold."""
    return (
        "Không được giảm: đất không thuộc trường hợp được giảm, hoặc đã giảm một lần."
    )


def coefficient_counts() -> str:
    """Say that the price of the table is multiplied by the province's coefficient."""
    return "Giá bảng nhân với hệ số điều chỉnh giá đất."


def one_limit() -> str:
    """Say that co-owners of one parcel have one limit between them."""
    return "Những người cùng đứng tên một thửa dùng chung một hạn mức."


def new_purpose_counts() -> str:
    """Say that the fee is taken of the price of the new use."""
    return "Tính theo giá của loại đất mới."


def no_fee_without_levy() -> str:
    """Say that the fee falls away when the tax office asks no levy."""
    return "Nếu cơ quan thuế không thu tiền sử dụng đất thì được miễn."


def own_house_free() -> str:
    """Say that the house which people built themselves costs no fee."""
    return "Chỉ tính phần đất; nhà tự xây được miễn."


def may_be_deferred(until: date) -> str:
    """Say until when households may owe the whole levy."""
    return f"Hộ gia đình, cá nhân được xin ghi nợ toàn bộ, đến hết ngày {day(until)}."


def on_loan(amount: int) -> str:
    """Say that the tariff of a mortgage is read on the loan."""
    return f"Theo số tiền vay {money(amount)} ghi trong hợp đồng."


def rural_credit() -> str:
    """Say that the commune certifies a mortgage for rural credit for nothing."""
    return "Không thu, vì vay theo chính sách tín dụng nông nghiệp, nông thôn."


def divorce_exempt() -> str:
    """Say that sharing out at a divorce is free of income tax."""
    return "Miễn, vì là chia tài sản khi ly hôn."


def kinship_of(one: str, other: str) -> str:
    """Name the answer about the kinship of two people."""
    return f"quan hệ giữa {one} và {other}"


def people_in(role: PartyRole) -> str:
    """Name the answer about who is in a role."""
    return f"ai là {ROLE_NAMES[role]}"


def one_of_role(role: str, place: int) -> str:
    """Name one of several people in a role, by their place among them, 1 and more."""
    return f"{role} (người thứ {place})"


# --- the code of a payment ------------------------------------------------------------

QR_CHARACTERS = "Mã QR có chữ mà mã thanh toán không có."
QR_SUM = "Mã QR không trọn: số kiểm tra ở cuối không khớp."
QR_SHAPE = "Mã QR không đúng khuôn của mã thanh toán VietQR."
QR_CURRENCY = "Mã QR không phải để trả tiền đồng ở Việt Nam."
QR_ON_TOP = "Mã QR cộng thêm phí hoặc tiền thưởng ngoài số tiền."
QR_ACCOUNT = "Mã QR không ghi rõ ngân hàng và tài khoản nhận tiền."
QR_AMOUNT = "Số tiền trong mã QR không phải số đồng nguyên."
