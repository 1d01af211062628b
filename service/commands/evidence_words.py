"""The words of the evidence pack, in plain Vietnamese, for who is no programmer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeGuard

from service.usecases.operation.evidence import Answer

SUMS, SIGNATURE = "sums.txt", "signature.json"
TITLE = "Bằng chứng cho người đánh giá an toàn hệ thống thông tin"
LEAD = (
    "Lấy từ chính nơi này bằng lệnh dat evidence. Chưa ai ở đây đọc được nguyên văn"
    " tiêu chuẩn và nghị định: các yêu cầu lấy từ hai bản tóm tắt, hãy đối chiếu trước"
    " khi kết luận. Trong tệp không có dữ liệu cá nhân; tài khoản chỉ mang mã."
)
MARKS = (
    "Dấu sau mỗi yêu cầu: V có người đã thấy tận nơi; V2 chỉ thấy trong bản tóm tắt"
    " luật; R nhớ lại; P lựa chọn của phần mềm."
)
SHOWN, ANSWER, PROOF, SOURCE = "Nơi này cho thấy", "Kết luận", "Bằng chứng", "Nguồn"
FILES, NO_PROOF = "Các tệp", "Không có trong tệp này."
NO_DOCS = (
    "Bản cài này không có thư mục docs của phần mềm: lấy tệp này từ mã nguồn cùng phiên"
    " bản."
)
NO_PARTS = (
    "Bản cài này không có requirements.lock hoặc .ci/sbom: chạy make sbom từ mã nguồn"
    " cùng phiên bản."
)
YES, NO, NOTHING = "có", "không", "không có gì"
UNSET = "không đặt hoặc chưa rõ"
BY_THEM = "Phần mềm không tự thấy được; nơi vận hành xuất trình."
AS_SIGNED = "Đúng như lúc lập và ký."
UNSIGNED = "Chưa ký: vòng khóa không có khóa ký. Xem: dat keys public."
OTHER_SUMS = "Chữ ký không khớp: danh sách mã băm đã bị thay đổi."
NOT_A_PACK = "{file}: không đọc được, hoặc không phải tệp của dat evidence."

STATUSES = {
    "met": "Đạt",
    "not met": "Chưa đạt",
    "by the installation": "Nơi vận hành chứng minh",
    "unknown": "Chưa biết",
}
# Captions of what stands in the files, by its name for machines.
CAPTIONS = {
    "about": "nội dung",
    "access_review_days": "soát lại mỗi tài khoản, ngày",
    "accounts": "các tài khoản",
    "administrator_password_days": "người quản trị đổi mật khẩu sau, ngày",
    "answer": "trả lời",
    "answers": "số câu theo cách trả lời",
    "automatic_at": "tự sao lưu lúc mấy giờ",
    "began_at": "bắt đầu",
    "bytes": "số byte",
    "cases": "số hồ sơ",
    "clock_kept": "đồng hồ được máy chủ thời gian giữ đúng",
    "control": "biện pháp",
    "count": "số lượng",
    "database": "cơ sở dữ liệu",
    "device": "có thiết bị cho mã",
    "digest": "mã băm luật đang dùng",
    "edition": "bản luật đang dùng",
    "environment": "môi trường",
    "error": "lỗi",
    "fields": "trường được ghi",
    "findings": "điều không khớp",
    "head": "đầu chuỗi",
    "heads": "các đầu chuỗi đã ký",
    "heads_at": "lập đầu chuỗi mỗi ngày lúc mấy giờ",
    "heads_outside": "đầu chuỗi được gửi ra nơi khác",
    "history": "không dùng lại số mật khẩu gần nhất",
    "id": "mã",
    "idle_days": "khóa tài khoản không dùng sau, ngày",
    "in_use": "khóa đang dùng để che",
    "keep_days": "giữ bản sao lưu, ngày",
    "keeper": "bên kiểm soát dữ liệu",
    "kept_by": "nằm ở",
    "kept_days": "nơi thu nhật ký nói là giữ, ngày",
    "key": "khóa ký",
    "keys": "các khóa",
    "kind": "loại",
    "lacks": "còn thiếu",
    "last_used_on": "dùng gần nhất ngày",
    "least_days": "phải giữ ít nhất theo cấp độ, ngày",
    "least_by_level": "phải giữ ít nhất theo từng cấp độ, ngày",
    "level": "cấp độ",
    "links": "số mắt xích",
    "made_on": "làm ngày",
    "day": "ngày",
    "migration": "phiên bản cơ sở dữ liệu",
    "moves": "số dòng lịch sử",
    "must_change": "phải đổi mật khẩu",
    "name": "tên",
    "never_reviewed": "chưa ai soát",
    "newest_key": "khóa che bản mới nhất",
    "noticed_by": "kiểm thử sẽ báo",
    "number": "số",
    "offices": "cơ quan kết nối",
    "office": "cơ quan",
    "mode": "cách nối",
    "answering": "trả lời",
    "ok": "không có gì sai",
    "open": "đang mở",
    "open_by_kind": "đang mở theo loại",
    "overdue": "quá hạn soát",
    "password_on": "đặt mật khẩu ngày",
    "place": "tệp",
    "proved": "khôi phục thử mỗi bản hằng ngày",
    "python": "phiên bản Python",
    "requirements": "các yêu cầu",
    "reviewed": "đã có người soát",
    "reviewed_on": "soát ngày",
    "rule": "điều",
    "runs": "các lần sao lưu",
    "second_copy": "có nơi thứ hai",
    "second_factor": "yếu tố thứ hai bắt buộc với",
    "sent": "đã gửi",
    "text": "lời",
    "tests": "kiểm thử",
    "standard": "tiêu chuẩn",
    "ended": "đã xong",
    "there": "có trong bản cài",
    "threat": "nguy cơ",
    "threats": "các nguy cơ",
    "time_zone": "giờ của nhật ký",
    "tried_now": "khôi phục thử lúc lập tệp này",
    "version": "phiên bản Dắt",
    "where": "nằm ở",
    "why": "vì sao",
    "with_device": "đang mở, có thiết bị cho mã",
    "with_second": "mật khẩu ngắn nhất khi có yếu tố thứ hai",
    "without_second": "mật khẩu ngắn nhất khi không có",
    "words": "lời đã ký",
}
TITLES = {
    "accounts": "Tài khoản và việc soát quyền",
    "asvs": "Trả lời OWASP ASVS 5.0 kèm kiểm thử",
    "audit": "Kiểm chuỗi lịch sử, đầu chuỗi đã ký",
    "backups": "Sao lưu và khôi phục thử",
    "check-config": "Điều nơi này còn thiếu (dat check-config)",
    "installation": "Bản cài đặt",
    "keys": "Vòng khóa (không có khóa nào ở đây)",
    "log": "Nhật ký của máy",
    "rules": "Quy tắc mật khẩu và tài khoản đang dùng",
    "threats": "Nguy cơ, biện pháp và kiểm thử",
}


def as_text(name: str, told: Mapping[str, object]) -> str:
    """Return what stands in a file as text, a line each."""
    lead = [NO_DOCS] if told.get("there") is False else [*_lines(told)]
    return "\n".join([TITLES[name], "", *lead, ""])


def lines(answer: Answer) -> list[tuple[str, str]]:
    """Return what the index says of a requirement, a caption and a text each."""
    said = "; ".join(_lines(answer.shown)) or BY_THEM
    source = ", ".join(each for each in (answer.instrument, answer.at) if each)
    return [(ANSWER, STATUSES[answer.status]), (SHOWN, said), (SOURCE, source)]


def how_many(files: int, counted: Mapping[str, int]) -> str:
    """Return how many files there are, and how many answers of each kind."""
    told = (f"{STATUSES[name].lower()}: {counted.get(name, 0)}" for name in STATUSES)
    return f"{files} tệp. {'; '.join(told).capitalize()}."


def missing(name: str) -> str:
    """Return that a file was taken out."""
    return f"{name}: đã bị lấy đi."


def added(name: str) -> str:
    """Return that a file was put in."""
    return f"{name}: không có trong danh sách lúc lập."


def changed(name: str) -> str:
    """Return that a file is not what it was."""
    return f"{name}: đã bị thay đổi."


def other_key(found: str, wanted: str) -> str:
    """Return that another one signed."""
    return f"Ký bằng khóa {found}, không phải {wanted}."


def printed(day: date) -> str:
    """Return when the pack was made."""
    return f"Lập ngày {day.day}/{day.month}/{day.year}."


def _lines(told: Mapping[str, object], before: str = "") -> Iterator[str]:
    for name, value in told.items():
        caption = before + CAPTIONS.get(name, name)
        if isinstance(value, Mapping) and value:
            yield f"{caption}:"
            yield from _lines(value, f"{before}  ")
        elif _is_table(value):
            yield f"{caption}:"
            for row in value:
                first, *more = _lines(row, f"{before}    ")
                yield f"{before}  - {first.lstrip()}"
                yield from more
        else:
            yield f"{caption}: {_word(value)}"


def _is_table(value: object) -> TypeGuard[Sequence[Mapping[str, object]]]:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and bool(value)
        and all(isinstance(row, Mapping) for row in value)
    )


def _word(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if value is None or value == "":
        return UNSET
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value)) or NOTHING
    return NOTHING if value == {} else " ".join(str(value).split())
