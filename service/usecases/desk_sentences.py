"""What the desk says to clerks."""

NO_COLLEAGUE = "Hãy chọn một người của cơ quan đang dùng được tài khoản."
SOMEBODY = "một người khác"
NOTHING_TICKED = "Chưa chọn hồ sơ nào. Hãy đánh dấu ít nhất một hồ sơ trong bảng."


def too_many(most: int) -> str:
    """Say how many cases are taken at once."""
    return f"Mỗi lần làm được nhiều nhất {most} hồ sơ. Hãy chọn ít hơn."
