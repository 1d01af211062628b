"""The words about figures that were asked for wrongly."""

from __future__ import annotations

DAYS_TURNED = "ngày cuối đứng trước ngày đầu; ngày đầu phải sớm hơn hoặc bằng."
NOT_BEGUN = "khoảng ngày này chưa bắt đầu; chọn một ngày từ hôm nay trở về trước."


def no_such_office(known: str) -> str:
    """Say which offices there are."""
    return f"không có cơ quan này; các cơ quan: {known}."
