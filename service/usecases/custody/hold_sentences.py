"""What is said of matters that must stay as they are, in plain Vietnamese."""

from __future__ import annotations

from datetime import date

NO_SUCH_CODE = "Không có việc hay hồ sơ nào có mã này."
REASON = "Ghi vì sao, trong một dòng."
PAPER = "Ghi số văn bản yêu cầu giữ."
UNTIL = "Ngày cuối không được trước hôm nay."
BY_ANOTHER = "Người quản trị khác phải xác nhận, không phải người đã đề nghị."
NOT_DONE = "Việc này đang phải giữ nguyên, nên không trả lời là đã xóa được."


def on_hold(paper: str, until: date) -> str:
    """Return why nothing can be erased now, for the person who asked."""
    return (
        f"Việc này đang phải giữ nguyên theo văn bản {paper}, đến hết ngày"
        f" {until.day}/{until.month}/{until.year}, nên chưa xóa được. Sau ngày đó, hay"
        " khi lệnh giữ được gỡ, ông bà xóa được."
    )
