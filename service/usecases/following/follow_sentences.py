"""What following, withdrawing and rating say to people."""

from __future__ import annotations

NO_SCORE = "Chọn một trong năm mức."


def too_long(most: int) -> str:
    """Say that what was written is longer than what can be kept."""
    return f"Viết ngắn lại, nhiều nhất {most} chữ cái."
