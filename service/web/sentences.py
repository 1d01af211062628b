"""Plain sentences for what the program refuses; its own words never reach a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forms.errors import FormError
from service.errors import (
    AlreadyDecidedError,
    AlreadyProposedError,
    AskResidentError,
    BadRequestError,
    ElsewhereError,
    HeldError,
    HelpEndedError,
    InputError,
    NotAllowedError,
    OtherDutyError,
    ReasonNeededError,
    SignInRefusedError,
    StaleVersionError,
    TooManyRoomsError,
    TooManyTriesError,
    UnstorableError,
)
from service.web.csrf import ForeignFormError
from service.web.formats import VOICES, currency, hour, instant
from workflows.comparison import Differences
from workflows.errors import (
    BadInputError,
    ConditionNotMetError,
    EventNotExpectedError,
    FactsMissingError,
    NoPackageInForceError,
    PapersMissingError,
    RoleNotAllowedError,
)
from workflows.journey.model import Plan


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of an error page, and what it says when there is nothing better."""

    title: str
    sentence: str


HEADINGS = {
    400: Heading(
        "Không đọc được",
        "Những gì vừa gửi không đọc được. Xin quay lại trang trước rồi gửi lại.",
    ),
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
    413: Heading(
        "Gửi quá nhiều",
        "Những gì vừa gửi dài quá nên không nhận được. Xin viết ngắn lại rồi gửi lại.",
    ),
    422: Heading("Có chỗ cần sửa", "Có thông tin chưa đúng. Xin quay lại và sửa."),
    429: Heading("Xin chờ một lát", "Đã thử quá nhiều lần. Xin chờ rồi thử lại."),
    500: Heading(
        "Dắt đang gặp trục trặc",
        "Những gì đã trả lời vẫn còn. Xin thử lại sau ít phút.",
    ),
    503: Heading("Chưa in được giấy", "Hồ sơ vẫn nguyên. Xin thử lại sau ít phút."),
}

NO_ROOM = Heading(
    "Máy chủ đang hết chỗ",
    "Việc vừa gửi chưa được ghi; những gì đã có vẫn còn và vẫn xem được. "
    "Xin chờ ít phút rồi gửi lại.",
)


PAPERS_AWAY = Heading(
    "Kho giấy tờ chưa trả lời",
    "Việc vừa gửi chưa được ghi; không có gì bị mất. Các trang không có tệp vẫn "
    "xem được. Xin chờ ít phút rồi làm lại.",
)


def _stale(error: StaleVersionError) -> str:
    who = VOICES.get(error.by, error.by)
    return (
        f"{who} vừa làm “{error.event_label}” lúc {instant(error.at)}. "
        "Việc vừa gửi chưa được ghi. Xin xem lại hồ sơ rồi làm tiếp."
    )


# What became of a proposal, within the sentence that says so.
DECIDED = {
    "confirmed": "đã được xác nhận",
    "returned": "đã được trả lại",
    "withdrawn": "đã được người đề nghị rút lại",
}


def _came_first(
    error: StaleVersionError | AlreadyProposedError | AlreadyDecidedError,
) -> str:
    """Say what somebody else did before this could be done."""
    match error:
        case StaleVersionError():
            return _stale(error)
        case AlreadyProposedError():
            return (
                f"{error.by} đã đề nghị “{error.label}” và đang chờ lãnh đạo xác nhận. "
                "Việc vừa gửi chưa được ghi."
            )
        case AlreadyDecidedError():
            what = DECIDED.get(error.state, "không còn chờ nữa")
            return f"Đề nghị này {what} ({error.by}). Không có gì bị thay đổi thêm."


def _held(error: HeldError) -> str:
    return (
        f"{error.name} đang làm hồ sơ này đến {hour(error.until)}. "
        "Không có gì bị thay đổi."
    )


def _wait(error: TooManyTriesError) -> str:
    minutes = -(-error.retry_after // 60)
    return f"Đã thử quá nhiều lần. Xin chờ {minutes} phút rồi thử lại."


# What an edition of a form is to a place on a day; the first letter is its shape.
STANDINGS = {
    "chosen": "✓ được chọn",
    "another": "○ có bản khác được chọn",
    "ended": "‖ đã hết hiệu lực",
    "later": "○ chưa đến ngày",
    "elsewhere": "○ của nơi khác",
    "asked": "○ chỉ in khi gọi riêng",
}

# A folder of editions that is no package: layouts seen somewhere, for no place of ours.
NO_PACKAGE = "Mẫu thấy ở nơi khác, chưa rõ dùng ở đâu"

# Who writes a value on a paper.
FILLINGS = {
    "facts": "Dắt điền",
    "office": "cơ quan ghi",
    "hand": "người khai tự ghi",
    "statement": "Dắt không điền",
}

NAME_SOMEBODY = "Hãy ghi họ tên của ít nhất một người."
KEPT_REFUSED = "Mã hoặc số mở chưa đúng. Xin thử lại."
REOPEN_REFUSED = "Mã việc hoặc số mở chưa đúng. Xin thử lại."

PLAIN: dict[type[Exception], str] = {
    EventNotExpectedError: (
        "Hồ sơ không còn chờ việc này nữa. Không có gì bị thay đổi."
    ),
    RoleNotAllowedError: (
        "Việc này không thuộc phần của người đang đăng nhập. Không có gì bị thay đổi."
    ),
    FactsMissingError: "Còn thiếu thông tin phải ghi cùng với việc này.",
    PapersMissingError: "Còn thiếu giấy tờ phải có trước khi làm việc này.",
    ConditionNotMetError: (
        "Chưa đủ điều kiện để làm việc này. Không có gì bị thay đổi."
    ),
    UnstorableError: (
        "Có ký tự hoặc con số không ghi được. Không có gì bị thay đổi. "
        "Ông bà xóa chỗ đó rồi gửi lại."
    ),
    SignInRefusedError: "Tên hoặc mật khẩu chưa đúng. Xin thử lại.",
    ForeignFormError: (
        "Trang đã mở quá lâu. Xin tải lại trang rồi gửi lại; "
        "các câu đã trả lời vẫn còn."
    ),
    TooManyRoomsError: (
        "Đang có nhiều người luyện tập cùng lúc. Xin thử lại sau ít phút."
    ),
    AskResidentError: (
        "Việc này bà con tự quyết: xác nhận, trả tiền, xin miễn giảm, chọn, rút hồ sơ. "
        "Người giúp hỏi lại, bà con tự trả lời."
    ),
    HelpEndedError: (
        "Bà con chưa đồng ý cho giúp việc này, hoặc lời đồng ý đã hết, đã được rút "
        "lại. Muốn giúp tiếp thì hỏi lại bà con."
    ),
    OtherDutyError: (
        "Việc này do người khác trong cơ quan làm: người tiếp nhận, người giải quyết "
        "hoặc người ký."
    ),
    ReasonNeededError: (
        "Hồ sơ này của cơ quan khác. Muốn xem thì mở trang hồ sơ, ghi lý do trước."
    ),
    ElsewhereError: "Hồ sơ không còn ở bàn của cơ quan này. Không có gì bị thay đổi.",
    NotAllowedError: "Người đang mở trang này không được xem hay làm việc này.",
}


def sentences_of(error: Exception) -> tuple[str, ...]:
    """Return what to tell the person: what happened, and what is allowed instead.

    Empty when there is nothing better to say than the page's own heading.
    """
    match error:
        case BadInputError() | BadRequestError():
            return tuple(problem.text for problem in error.problems)
        case StaleVersionError() | AlreadyProposedError() | AlreadyDecidedError():
            return (_came_first(error),)
        case HeldError():
            return (_held(error),)
        case TooManyTriesError():
            return (_wait(error),)
        case NoPackageInForceError() | InputError() | FormError():
            return (str(error),)
        case _:
            plain = PLAIN.get(type(error))
            return (plain,) if plain else ()


# --- the identity card ----------------------------------------------------------------

CARD_FIELDS = {
    "full_name": "Họ và tên",
    "person_id": "Số căn cước",
    "birth_date": "Ngày sinh",
    "id_issue_date": "Ngày cấp",
    "address": "Nơi thường trú",
}
NOT_A_DAY = "“{typed}” không phải ngày có thật."
CHOOSE_A_MATTER = "Chọn việc bà con cần, hoặc ghi mã việc đã có."
NO_SUCH_SLIP = "Không có giấy đồng ý nào mang số này. Xem lại từng chữ trên giấy."
CHOOSE_A_WORD = "Hãy chọn một giá trị, hoặc trả lời lại câu hỏi."
CHOOSE_ONE = "{field}: hãy chọn một cách ghi."


# --- two plans side by side -----------------------------------------------------------


def compared(questions: Iterable[str]) -> str:
    """Name the page: by the one question, or plainly when several are changed."""
    asked = tuple(questions)
    return asked[0] if len(asked) == 1 else "Nếu làm khác đi?"


def ways(labels: Iterable[str | None]) -> str:
    """Name a column: what is done there, or that it is as planned."""
    named = [label for label in labels if label]
    return "; ".join(named) or "Như kế hoạch"


def outcome(base: Plan, other: Plan, found: Differences) -> tuple[str, ...]:
    """Say what the other way means: when it ends, what it costs, how many steps."""
    days = (other.duration.earliest_finish - base.duration.earliest_finish).days
    saved = found.totals[0] - found.totals[1]
    steps = len(other.main_steps) - len(base.main_steps)
    said = []
    if days > 0:
        said.append(f"xong muộn hơn {days} ngày")
    elif days:
        said.append(f"xong sớm hơn {-days} ngày")
    if _uncertain(found):
        said.append("chưa so được tiền, vì còn khoản chưa có số")
    elif saved > 0:
        said.append(f"đỡ tốn {currency(saved)}")
    elif saved:
        said.append(f"tốn thêm {currency(-saved)}")
    if steps > 0:
        said.append(f"thêm {steps} bước")
    elif steps:
        said.append(f"bớt {-steps} bước")
    return tuple(said) or ("ngày xong, số bước và số tiền đã biết đều như nhau",)


def _uncertain(found: Differences) -> bool:
    """Return whether a sum that differs is not known in one of the plans."""
    lines = (*found.money.added, *found.money.removed, *sum(found.money.changed, ()))
    return any(line["amount"] is None for line in lines)


# --- the administrator's pages of the law -----------------------------------------

SCOPES = {"national": "cả nước", "province": "tỉnh", "shared": "dùng chung"}
LAW_PARTS = {
    "requires": "Điều kiện phải có trước",
    "papers_in": "Giấy tờ nộp",
    "papers_out": "Giấy tờ nhận",
    "days": "Thời hạn",
    "money": "Tiền phải nộp",
    "offices": "Cơ quan làm",
}


def no_such_day(typed: str) -> str:
    """Say that what was typed is no day, and which one is shown instead."""
    return f"“{typed}” không phải ngày có thật. Đang xem theo hôm nay."
