"""What the sign-in and the accounts say to people."""

ACCOUNT_NAME = "Tên đăng nhập chỉ gồm chữ, số, dấu chấm và dấu gạch."
ACCOUNT_KIND = "Chọn một vai trò."
OFFICE = "Cán bộ phải thuộc một cơ quan."
DUTIES = "Chọn việc trong danh sách."
NAME_TAKEN = "Tên đăng nhập này đã có người dùng."

# --- passwords ------------------------------------------------------------------------

COMMON = "Mật khẩu này quá nhiều người dùng, kẻ gian thử đầu tiên. Chọn mật khẩu khác."
OF_NAME = "Mật khẩu không được chứa tên đăng nhập hay tên của người dùng."
OLD_WRONG = "Mật khẩu đang dùng chưa đúng."
NOT_THE_SAME = "Hai lần gõ không giống nhau. Gõ lại cả hai ô."
USED_BEFORE = "Mật khẩu này đã dùng trước đây. Chọn mật khẩu khác."


def too_short(least: int) -> str:
    """Say how long a password must be."""
    return f"Mật khẩu cần ít nhất {least} ký tự. Một câu dài dễ nhớ là tốt nhất."


def too_long(most: int) -> str:
    """Say how long a password may be."""
    return f"Mật khẩu dài nhất {most} ký tự."


# --- the second factor ----------------------------------------------------------------

CODE_WRONG = (
    "Mã chưa đúng hoặc đã dùng rồi. Chờ máy hiện mã mới rồi gõ lại; nếu vẫn không "
    "được, xem lại giờ của máy."
)
HALF_OVER = "Đã quá lâu từ lúc gõ mật khẩu. Xin đăng nhập lại."
KEY_OVER = "Mã QR trên trang đã cũ. Quét mã QR mới rồi gõ mã."
