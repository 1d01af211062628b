"""What is said about signing in elsewhere, in plain Vietnamese."""

from __future__ import annotations

SOURCE = "identity_provider"  # of a fact that a person took over from her sign-in

OLD = (
    "Lần đăng nhập này đã cũ, đã dùng rồi, hoặc bắt đầu ở máy khác. Chưa có gì được mở."
)
STOPPED = "Ông bà đã dừng đăng nhập. Chưa có gì được mở."
SILENT = (
    "Nơi đăng nhập chưa trả lời. Chưa có gì được mở, chưa có gì mất. Xin thử lại sau "
    "ít phút."
)
WRONG = (
    "Nơi đăng nhập trả lời không đúng nên Dắt không nhận. Chưa có gì được mở. "
    "Xin đăng nhập lại từ đầu."
)
TOO_LOW = (
    "Tài khoản này mới được định danh ở mức thấp. Xin ra công an xã, phường làm định "
    "danh mức cao hơn, hoặc mở việc bằng mã và số mở."
)
NO_PERSON = (
    "Đây là tài khoản của tổ chức. Dắt chỉ nhận tài khoản của một người; xin đăng "
    "nhập bằng tài khoản của chính ông bà."
)
NOT_STAFF = (
    "Người này chưa được quản trị gắn với tài khoản cán bộ nào. Xin đăng nhập bằng tên "
    "và mật khẩu, hoặc nhờ quản trị gắn."
)
NUMBER = "Số căn cước có 12 chữ số."
NUMBER_TAKEN = "Số này đã gắn với một tài khoản khác. Xin gỡ ở đó trước."
CHOOSE_WHO = "Chọn ông bà là ai trong việc này."
PHONE = "Số điện thoại có 10 số, bắt đầu bằng 0, như 0912 345 678."
WRONG_CODE = "Mã chưa đúng hoặc đã hết hạn. Xem lại tin mới nhất, hoặc xin mã mới."
