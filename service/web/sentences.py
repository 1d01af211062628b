"""Plain sentences for what the program refuses; its own words never reach a page."""

from __future__ import annotations

from dataclasses import dataclass

from service.errors import (
    BadRequestError,
    InputError,
    NotAllowedError,
    SignInRefusedError,
    StaleVersionError,
    TooManyTriesError,
)
from service.web.csrf import ForeignFormError
from service.web.formats import instant
from workflows.errors import (
    BadInputError,
    ConditionNotMetError,
    EventNotExpectedError,
    FactsMissingError,
    NoPackageInForceError,
    PapersMissingError,
    RoleNotAllowedError,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of an error page, and what it says when there is nothing better."""

    title: str
    sentence: str


HEADINGS = {
    401: Heading("Cần đăng nhập", "Trang này cần đăng nhập."),
    403: Heading("Không mở được trang này", "Trang này không dành cho ông bà."),
    404: Heading(
        "Không có trang này", "Địa chỉ có thể viết sai. Xin bắt đầu lại ở trang đầu."
    ),
    405: Heading("Không làm được như vậy", "Xin quay lại trang trước rồi thử lại."),
    409: Heading(
        "Hồ sơ vừa thay đổi",
        "Người khác vừa làm việc trên hồ sơ này. Xin xem lại rồi làm tiếp.",
    ),
    422: Heading("Có chỗ cần sửa", "Có thông tin chưa đúng. Xin quay lại và sửa."),
    429: Heading("Xin chờ một lát", "Đã thử quá nhiều lần. Xin chờ rồi thử lại."),
    500: Heading(
        "Dắt đang gặp trục trặc",
        "Những gì đã trả lời vẫn còn. Xin thử lại sau ít phút.",
    ),
}


def sentences_of(error: Exception) -> tuple[str, ...]:
    """Return what to tell the person: what happened, and what is allowed instead."""
    match error:
        case BadInputError() | BadRequestError():
            return tuple(problem.text for problem in error.problems)
        case EventNotExpectedError():
            return ("Hồ sơ không còn chờ việc này nữa. Không có gì bị thay đổi.",)
        case RoleNotAllowedError():
            return (
                "Việc này không thuộc phần của người đang đăng nhập. "
                "Không có gì bị thay đổi.",
            )
        case FactsMissingError():
            return ("Còn thiếu thông tin phải ghi cùng với việc này.",)
        case PapersMissingError():
            return ("Còn thiếu giấy tờ phải có trước khi làm việc này.",)
        case ConditionNotMetError():
            return ("Chưa đủ điều kiện để làm việc này. Không có gì bị thay đổi.",)
        case StaleVersionError():
            return (
                f"{error.by} vừa làm “{error.event_label}” lúc {instant(error.at)}. "
                "Việc vừa gửi chưa được ghi. Xin xem lại hồ sơ rồi làm tiếp.",
            )
        case SignInRefusedError():
            return ("Tên hoặc mật khẩu, mã hoặc số mở chưa đúng. Xin thử lại.",)
        case TooManyTriesError():
            minutes = -(-error.retry_after // 60)
            return (f"Đã thử quá nhiều lần. Xin chờ {minutes} phút rồi thử lại.",)
        case ForeignFormError():
            return (
                "Trang đã mở quá lâu. Xin tải lại trang rồi gửi lại; "
                "các câu đã trả lời vẫn còn.",
            )
        case NotAllowedError():
            return ("Người đang mở trang này không được xem hay làm việc này.",)
        case NoPackageInForceError() | InputError():
            return (str(error),)
        case _:
            return ()
