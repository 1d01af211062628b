"""What the sign-in and the accounts say to people."""

ACCOUNT_NAME = "Tên đăng nhập chỉ gồm chữ, số, dấu chấm và dấu gạch."
PASSWORD = "Mật khẩu cần ít nhất 14 ký tự."  # noqa: S105  a sentence, not a password
ACCOUNT_KIND = "Chọn một vai trò."
OFFICE = "Cán bộ phải thuộc một cơ quan."
DUTIES = "Chọn việc trong danh sách."
NAME_TAKEN = "Tên đăng nhập này đã có người dùng."
