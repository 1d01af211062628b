"""Words of practising that no exercise of the book says itself."""

NOT_ANSWERED = "Câu “{question}” chưa trả lời."
STATES = {"later": "○ chưa làm", "now": "● đang làm", "done": "✓ đã xong"}
NOTHING_HAPPENED = (
    "Không cơ quan nào làm gì thêm: hồ sơ đang chờ ông bà, hoặc chưa nộp."
)
CHECK_HERE = "Kiểm tra tờ này: quét mã, hoặc mở trang Luyện tập và gõ số này"
