"""What the answers noted without coverage say to the helper, in plain Vietnamese."""

from __future__ import annotations

# Beside a field, before anything is sent: how such an answer is usually written.
HINTS = {
    "money": "Số tiền ghi như 5.000.000 hoặc 5 triệu.",
    "integer": "Ghi một số nguyên, như 12.",
    "decimal": "Ghi một số, như 200 hoặc 200,5.",
    "date": "Ngày ghi đủ ngày, tháng, năm, như 15/3/1981.",
    "person_id": "Số căn cước có 12 chữ số.",
    "phone": "Số điện thoại có 10 chữ số, bắt đầu bằng số 0.",
}
TAKEN = "Đã ghi."
SAME = "Đã có sẵn câu trả lời này."
KNOWN_ALREADY = "Trong lúc không có mạng, câu này đã được trả lời. Câu đó giữ nguyên."
DIFFERS = (
    "Hai nơi nói khác nhau. Cả hai được giữ lại; bà con xem và chọn "
    "ở trang câu trả lời."
)
ANSWER_AGAIN = (
    "Hai nơi nói khác nhau. Câu ghi lúc không có mạng chưa được lấy; "
    "xem lại và trả lời ở trang có mạng."
)
ENDED = (
    "Lúc nhận được, sự cho phép đã dừng hoặc đã hết quá lâu. "
    "Câu này không được ghi vào việc của bà con."
)
NOT_YOURS = "Câu này chỉ bà con tự trả lời được. Mời bà con tự bấm khi có mạng."
NOT_ASKED = "Quy định đã đổi, câu này không còn được hỏi."
PRACTICE = "Trong luyện tập không mang câu hỏi ra máy. In phiếu giấy thì được."
FOREIGN = (
    "Bản câu hỏi này không phải do người đang đăng nhập mang theo. Chưa có gì được gửi."
)
REPEATED = "Lần gửi này không khớp với lần trước. Chưa có gì được ghi thêm."
REFUSED = "Không được xem việc này: bà con chưa cho phép, hoặc sự cho phép đã hết."
SIGN_IN = "Cần đăng nhập lại rồi gửi tiếp. Các câu vẫn còn trên máy."
