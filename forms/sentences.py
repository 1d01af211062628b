"""What the forms room says to a person: why a field is blank, where a value is from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from workflows.sentences import file_trouble
from workflows.sentences import money as in_dong
from workflows.vietqr import VietQr

NOT_KNOWN = "Chưa có thông tin này trong hồ sơ."
BLANK_FORM = "Mẫu trống."
BY_OFFICE = "Do cơ quan giải quyết ghi."
BY_HAND = "Người khai tự ghi nếu có."
NOT_THIS_CASE = "Không thuộc trường hợp này."
IN_THE_LIST = "Kê khai ở danh sách kèm theo."
COUNTED = "đếm theo danh sách kèm theo"
SUM_NOT_KNOWN = "Chưa cộng được vì còn phần chưa biết."
NOBODY = "Hồ sơ không có người ở vai này."
TICK_NOT_KNOWN = "Chưa biết có đánh dấu hay không."
YES, NO = "Có", "Không"
FROM_DOSSIER = "theo hồ sơ đang có"
FROM_ADDRESS = "tách từ địa chỉ"
PRESS_STOPPED = (
    "Chưa in được tờ giấy này vì máy in của Dắt dừng giữa chừng. "
    "Xin thử lại sau ít phút."
)
ANSWERS_FILE = "Nội dung ghi trên tờ này, để máy đọc."
SEALS_UNREADABLE = (
    "Không đọc được: tệp không phải PDF, hoặc tệp hay dấu số trong tệp đã hỏng."
)
TAKES_NO_SEAL = "Tệp PDF này không cho thêm dấu số."
SEALING_NOT_INSTALLED = (
    "Bản cài đặt này chưa có phần đóng dấu số. Cài thêm phần `seal` của Dắt (pyHanko)."
)


def unreadable(value: object) -> str:
    """Say that a value is not of the kind the field asks for."""
    return f"Giá trị “{value}” không đúng kiểu của mục này, cần xem lại."


def in_conflict(values: Sequence[str]) -> str:
    """Say that sources disagree, so that nothing was chosen."""
    return f"{len(values)} nơi nói khác nhau, chưa chọn: {'; '.join(values)}."


def shown(value: object) -> str:
    """Write a value in a sentence: a day and yes or no as people do."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def summed(numbers: Sequence[str]) -> str:
    """Say which numbers of the form were added."""
    return "cộng các mục " + ", ".join(numbers)


def sum_differs(number: str, total: str, price: str) -> str:
    """Say that the parts do not add up to the price of the contract."""
    return (
        f"Mục {number}: các phần cộng lại là {total}, "
        f"nhưng giá trong hợp đồng là {price}. Cần xem lại."
    )


def two_readings(what: str, now: str, printed: str) -> str:
    """Say that a form has room for one of two numbers that are both right."""
    return (
        f"Mẫu này chỉ có một chỗ ghi {what}: đang ghi “{now}” như hiện nay, "
        f"còn sổ in “{printed}”. Hỏi quầy Một cửa phải ghi số nào trước khi nộp."
    )


def several_sources(sources: Sequence[str]) -> str:
    """Join where the parts of one value come from, each once, joined ones too."""
    each = (part for source in sources for part in source.split("; "))
    return "; ".join(dict.fromkeys(each))


def unknown_form(form: str, allowed: Sequence[str]) -> str:
    """Say which form ids there are."""
    return f"Không có mẫu “{form}”. Các mẫu đang có: {', '.join(allowed)}."


def edition_told(number: str, instrument: str, since: date, to: date | None) -> str:
    """Name an edition by its number, its instrument and the days on which it holds."""
    end = f"đến {to:%d/%m/%Y}" if to is not None else "đến nay"
    by = "" if number in instrument else f"{number}, "
    return f"{by}{instrument} (dùng từ {since:%d/%m/%Y} {end})"


def no_edition(
    form: str, day: date, here: Sequence[str], instead: str | None = None
) -> str:
    """Say that a form cannot be used on a day, which editions there are, and which can.

    ``here`` are the editions of the place, ``instead`` the one that holds on the day.
    """
    refused = f"Không dùng được mẫu {form} cho ngày {day:%d/%m/%Y}."
    if instead is not None:
        return f"{refused} Ngày đó dùng bản {instead}."
    if not here:
        return f"{refused} Nơi này chưa có bản nào của mẫu đó; hỏi quầy Một cửa."
    return f"{refused} Nơi này có: {'; '.join(here)}."


def font_missing(wanted: str, found: Sequence[str]) -> str:
    """Say which typeface to install."""
    return (
        f"Máy chưa cài phông chữ {wanted} (gói fonts-croscore), "
        f"chỉ thấy {', '.join(found) or 'không phông nào'}."
    )


def code_picture(address: str) -> str:
    """Say what the square picture on a paper holds, for who cannot see it."""
    return f"Mã QR của địa chỉ {address}"


def cannot_read(file: Path, error: OSError) -> str:
    """Say that a file cannot be read, and why."""
    return f"Không đọc được tệp {file}: {file_trouble(error)}."


def key_not_opened(file: Path) -> str:
    """Say that the key of a seal stays shut: a wrong password, or another kind."""
    return (
        f"Không mở được khóa đóng dấu {file}: sai mật khẩu, "
        "hoặc tệp không phải loại PKCS#12 (.p12, .pfx)."
    )


def no_certificates(file: Path) -> str:
    """Say that a file that should hold trusted certificates holds none."""
    return f"Tệp {file} không có chứng thư số nào (cần tệp PEM hoặc DER)."


def certificate_not_valid(owner: str, since: datetime, until: datetime) -> str:
    """Say that a certificate does not hold now, so that no seal is made with it."""
    return (
        f"Chứng thư số của {owner} chỉ dùng được từ {since:%d/%m/%Y} "
        f"đến {until:%d/%m/%Y}, nên không đóng dấu được lúc này."
    )


def paper_too_slow(seconds: float) -> str:
    """Say that a paper was given up after so many seconds, and what may help."""
    return (
        f"Chưa in được tờ giấy này: quá {seconds:g} giây mà chưa xong. "
        "Xin xem lại có mục nào dài bất thường không, rồi thử lại."
    )


def paper_too_big(megabytes: int) -> str:
    """Say that a paper was given up at so much memory, and what may help."""
    return (
        f"Chưa in được tờ giấy này: cần hơn {megabytes} MB bộ nhớ. "
        "Xin xem lại có mục nào dài bất thường không, rồi thử lại."
    )


def pay_picture(number: str) -> str:
    """Say what the picture of a payment code is."""
    return f"Mã QR nộp tiền theo thông báo {number}"


def pay_words(number: str, code: VietQr) -> tuple[str, ...]:
    """Say what scanning a payment code pays, line by line."""
    lines = (
        "THỬ NGHIỆM, không trả tiền được" if code.is_trial else "",
        f"Trả cho: {code.payee or 'mã không ghi tên'}",
        f"Tài khoản {code.account}, ngân hàng mã {code.bank}",
        f"Số tiền: {in_dong(code.amount or 0)}",
        f"Theo thông báo: {number}",
        "Chỉ trả theo thông báo của cơ quan.",
    )
    return tuple(line for line in lines if line)
