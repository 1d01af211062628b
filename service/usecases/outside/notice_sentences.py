"""Why a notice of the tax office and our estimate differ, in plain Vietnamese."""

from __future__ import annotations

from decimal import Decimal

from workflows.sentences import money, percent

SAME = "Khớp với ước tính."
NOT_RECKONED = (
    "Ước tính không có khoản này. Hỏi cơ quan thuế căn cứ ghi trên thông báo."
)
NOT_ON_NOTICE = (
    "Ước tính có khoản này, thông báo không có: có thể được miễn, được ghi nợ, "
    "hoặc cơ quan thuế ra thông báo riêng."
)
NOT_KNOWN = "Ước tính chưa tính được khoản này."
TAKEN_AS_EXEMPT = (
    "Ước tính coi khoản này là được miễn, cơ quan thuế chưa cho miễn. "
    "Có giấy tờ chứng minh thì nộp cho cơ quan thuế để được xem lại."
)
OTHER_FIGURES = (
    "Cơ quan thuế có thể dùng giá, hệ số, diện tích, vị trí hoặc mức giảm khác. "
    "Số phải nộp là số trên thông báo."
)


def our_base(base: int, rate: Decimal) -> str:
    """Say from what the estimate was reckoned."""
    return f"Ước tính lấy {money(base)} làm giá tính, nhân {percent(rate)}."


def implied_base(base: int, rate: Decimal) -> str:
    """Say what base the notice would stand for, as our reading of it."""
    return (
        f"Nếu vẫn tính {percent(rate)}, số trên thông báo ứng với giá tính "
        f"{money(base)}. Đây là Dắt tính ngược, không phải lời cơ quan thuế."
    )


# --- the code of a notice -------------------------------------------------------------

PAID_IN_PART = (
    "Thông báo này đã nộp một phần, nên không dùng mã QR của cả thông báo. "
    "Hỏi cơ quan thuế cách nộp phần còn lại."
)
TRIAL_CODE = "Đây là mã thử nghiệm, không trả tiền được."
REAL_CODE = "Bản thử nghiệm không hiện mã trả tiền thật."


def wrong_qr(number: str, why: str) -> str:
    """Tell a clerk that the code of a notice is not shown, and what to do."""
    return (
        f"Mã QR của thông báo {number} không hiện cho người dân. {why} "
        "Xin hỏi lại cơ quan đã ra thông báo."
    )


def other_sum(told: int | None, amount: int) -> str:
    """Say that a code asks another sum than its notice."""
    asked = "không ghi số tiền" if told is None else f"ghi {money(told)}"
    return f"Mã {asked}, thông báo ghi {money(amount)}."
