"""Why a voucher was not credited, in plain Vietnamese."""

from __future__ import annotations

from workflows.sentences import money


def no_notice(name: str) -> str:
    """Say that no notice of this number is known yet."""
    if not name:
        return "Chứng từ không ghi số thông báo. Hỏi nơi thu tiền nộp cho khoản nào."
    return (
        f"Chưa có thông báo số {name} trong hệ thống. Khi thông báo tới, chứng từ này "
        "tự được ghi."
    )


def other_case(number: str) -> str:
    """Say that the notice belongs to another case than the one that is named."""
    return f"Thông báo {number} là của hồ sơ khác, không phải hồ sơ ghi trong tin."


def several_cases(number: str) -> str:
    """Say that the number of the notice leads to more than one case."""
    return f"Có nhiều hồ sơ cùng mang thông báo số {number}. Xem tên người nộp rồi ghi."


def returned(voucher: str, amount: int) -> str:
    """Say that the money of a voucher was given back."""
    return (
        f"Nơi thu báo đã trả lại {money(amount)} của chứng từ {voucher}. "
        "Xem lại khoản đã ghi."
    )
