"""What the use cases say to people, in plain Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from forms.words import money
from workflows.definition import Label
from workflows.sentences import day

MONEY_LINES = "Mỗi khoản cần đủ loại tiền, người nộp và số đồng nguyên, như 3.000.000."
PAYERS = {
    "taxpayer": "Người phải nộp thuế",
    "transferor": "Bên bán, bên cho",
    "receiver": "Bên nhận",
    "applicant": "Người nộp đơn",
    "heir": "Những người thừa kế",
    "parties": "Hai bên",
}
SHARES = (
    "Mỗi phần viết như 1/2, các phần cộng lại đúng bằng 1; "
    "hoặc để trống hết để chia đều."
)
NOT_ANSWERED = "Chưa trả lời"
REASON_MISSING = "Cần ghi lý do, để người đề nghị biết phải sửa gì."
ORIGINALS_IN = "Đã nhận đủ bản chính"
NOT_BY_ANSWERS = (
    "Cách này không đổi được bằng câu trả lời. Xem lại cách khác, hoặc sửa từng câu."
)
NO_SUCH_WORD = "Giá trị này không còn trong hồ sơ; mở lại trang rồi chọn lại."
# The same within a sentence: "..., bên nhận trả".
WHO_PAYS = {
    "parties": "hai bên tự thỏa thuận ai",
    "transferor": "bên bán, bên cho",
    "receiver": "bên nhận",
    "applicant": "người nộp đơn",
    "heir": "những người thừa kế",
}
LINE_STATES = {
    "open": "Chưa nộp đủ",
    "late": "Quá hạn, chưa nộp đủ",
    "paid": "Đã nộp đủ",
    "deferred": "Được ghi nợ",
    "cancelled": "Đã hủy",
    "released": "Không phải nộp nữa",
}
TRIAL = "thử nghiệm"
UNREADABLE = "Tin nhắn không đọc được."
NO_SUCH_CASE = "Không có hồ sơ mang mã này."
BAD_SIGNATURE = "Chữ ký của tin nhắn không đúng."
OUR_ID = "Tin mang số mà hệ thống dành riêng cho mình."
SAYS_OTHERWISE = "Tin này mang số của một tin đã nhận nhưng nội dung khác."
NOT_ITS_TO_SAY = "Cơ quan gửi tin không phải nơi báo việc này."
FLOOD = "Quá nhiều tin không dùng được trong một giờ; các tin sau không giữ lại."
NO_OFFICE = "Chưa biết cơ quan nào giải quyết bước này; hỏi quầy Một cửa."
NO_LINE = "Không có khoản tiền này trong hồ sơ."
SUM_CHANGED = "Số phải nộp đã đổi. Xem lại số tiền rồi bấm lại."
OF_THE_BOOK = "sổ của cơ quan"
BOOK_DAYS_TURNED = "Ngày đầu phải trước hoặc bằng ngày cuối."
HELPER_UNKNOWN = "Không có người giúp nào tên đăng nhập như vậy."
HELPER_FULL = (
    "Hôm nay người này đã nhận giúp đủ số nhà. Nhờ người khác, hoặc hẹn hôm sau."
)
YOU_ARE_FULL = "Hôm nay đã giúp đủ số nhà của một người. Hẹn nhà này hôm sau."
NO_SUCH_MATTER = "Không có việc nào mang mã này. Nhờ bà con đọc lại từng chữ."
OTHER_SLIP = "Số này không phải số trên giấy của lời hỏi này. Xem lại góc trên tờ giấy."
TEAM_NAME = "Ghi tên tổ, như Tổ công nghệ số thôn 3."
NO_SUCH_TEAM = "Chọn một tổ trong danh sách."
NO_HAMLET = "Chưa ghi thôn, buôn"
OTHER_HAMLETS = "Các thôn, buôn ít nhà"
HAMLET = "Ghi tên thôn, buôn ngắn hơn 80 chữ."
SCOPE = "Chọn ít nhất một việc cho giúp."
PURPOSE = "Chọn giúp để làm gì."
PHONE = "Ghi số điện thoại di động 10 số của bà con, như 0912 345 678."
OTHER_PHONE = (
    "Lần trước bà con đồng ý bằng số khác. Mã chỉ gửi đến số ấy. Đổi số thì bà con ghi "
    "ở trang Tin nhắn, hoặc ký giấy."
)
ASKED_TOO_LONG_AGO = "Lời hỏi này đã hết hạn hoặc đã có trả lời. Hỏi lại nếu còn cần."
CODE_WRONG = "Mã chưa đúng. Nhờ bà con đọc lại từng số, hoặc gửi mã mới."
CODE_IS_OVER = "Mã này không dùng được nữa. Gửi mã mới rồi hỏi lại bà con."
DEEDS = {
    "matter": "xem việc này",
    "taken": "lấy thông tin một người sang việc khác",
    "new_number": "cấp số mở mới, sau khi xem giấy tờ",
    "take_elsewhere": "nhận hồ sơ tại quầy khác nơi có đất",
    "list": "thấy tên và việc tiếp theo trong danh sách của người giúp",
    "case": "xem hồ sơ",
    "foreign": "xem hồ sơ từ cơ quan khác, có nêu lý do",
    "print": "in giấy có đủ số căn cước",
    "offline": "lấy câu hỏi mang theo khi không có mạng",
    "sheet": "in tờ câu hỏi",
}
ANSWERED = "ghi một câu trả lời"
MOVED = "làm một việc trên hồ sơ"
WAYS = {
    "session": "đồng ý trên trang của mình",
    "code": "đồng ý bằng mã trên điện thoại",
    "slip": "giấy ký",
}


def book_too_long(most: int) -> str:
    """Say that so many cases do not go into one print of the follow-up book."""
    return f"Có hơn {most} hồ sơ trong những ngày này; chọn ít ngày hơn rồi in."


def consent_length(shortest: str, longest: str) -> str:
    """Say how long somebody may be let help."""
    return f"Chọn giúp trong bao lâu, từ {shortest} đến {longest}."


def asked_to_help(helper: str, code: str, scopes: Sequence[str], length: str) -> str:
    """Say in a message what somebody asks a resident to allow."""
    return f"{helper} xin giúp việc {code}: {'; '.join(scopes)}; trong {length}."


def asked_again(helper: str, question: str, answer: str) -> str:
    """Say what a helper asks the resident to confirm himself."""
    return f"{helper} hỏi lại: {question}\nÔng bà trả lời: {answer}."


def code_message(asked: str) -> str:
    """Say what a code agrees to, with the place of its digits."""
    plain = asked.replace("{", "(").replace("}", ")")
    return (
        f"Dắt: {plain} Đồng ý thì đọc mã {{code}} cho người ngồi cạnh. "
        "Ai gọi điện hỏi mã này là kẻ gian."
    )


def number_of_matter(code: str, pin: str) -> str:
    """Tell the owner of a matter the number that opens it."""
    return (
        f"Dắt: việc {code} của ông bà có số mở {pin}. Giữ cho mình, không đọc cho ai, "
        "kể cả người giúp."
    )


def help_is_over(helper: str, looks: int, answers: int, prints: int) -> str:
    """Tell a resident in counts what a helper did."""
    return (
        f"Dắt: buổi giúp của {helper} đã xong: xem {looks} lần, ghi {answers} câu, "
        f"in {prints} giấy. Xem đủ ở trang Ai đã xem."
    )


def printed_with_help(helper: str, resident: str, at: str) -> str:
    """Say on a cover who printed it, for whom and when."""
    return f"{helper} in giúp {resident}, {at}. Giấy có đủ số căn cước: giữ kỹ."


def count_told(count: int, smallest: int) -> str:
    """Tell a count of residents; a small one only as such, so that nobody is known."""
    return str(count) if count >= smallest else f"dưới {smallest}"


def many_in_a_day(name: str, count: int, on: date) -> str:
    """Say that somebody began to help many residents on one day."""
    return (
        f"{name} nhận giúp {count} nhà trong ngày {day(on)}. Hỏi xem có quá sức không."
    )


def only_papers(name: str, count: int) -> str:
    """Say that a helper was let in by papers only."""
    return (
        f"{name}: cả {count} lần đồng ý gần đây đều bằng giấy ký. "
        "Xem lại giấy, hỏi bà con vài nhà."
    )


def one_phone(name: str, count: int) -> str:
    """Say that codes for several residents went to one phone."""
    return (
        f"{name}: mã của {count} nhà cùng gửi đến một số điện thoại. "
        "Hỏi xem số ấy của ai."
    )


def at_night(name: str, count: int) -> str:
    """Say that a helper looked at matters at night."""
    return f"{name} xem hồ sơ ban đêm {count} lần trong 30 ngày. Hỏi vì sao."


def outside_visits(name: str, count: int) -> str:
    """Say that a helper looked at matters on days without a visit."""
    return (
        f"{name} mở hồ sơ {count} lượt vào ngày không hẹn thăm. "
        "Hỏi có phải bà con nhờ không."
    )


def masked(number: str) -> str:
    """Return a personal number of which only the last three digits are seen."""
    return "•" * max(0, len(number) - 3) + number[-3:]


def number_of_another(name: str) -> str:
    """Say that the number of a card was told of somebody else before."""
    return f"Số này đã ghi cho {name}. Một thẻ chỉ của một người."


def not_asked(key: str) -> str:
    """Say that a field does not belong to this action."""
    return f"Việc này không hỏi {key}."


def not_yet(label: Label, told: date, today: date) -> str:
    """Say that a day of something done cannot lie ahead."""
    return (
        f"{label.clerk}: {day(told)} chưa tới, hôm nay là {day(today)}. "
        "Việc đã làm thì ghi ngày hôm nay hoặc trước đó."
    )


def asked_sum(kind: str, amount: str) -> str:
    """Return a line of a notice; the amount comes written out."""
    return f"{kind} {amount}"


def asked_sum_of(kind: str, amount: str, payer: str) -> str:
    """Return a line of a notice with who pays it."""
    return f"{kind} {amount}, {payer} nộp"


def more_than_owed(amount: int, left: int) -> str:
    """Say that a payment does not match what is still to be paid."""
    if left == 0:
        return f"Chứng từ ghi {money(amount)}, nhưng không còn khoản nào phải nộp."
    return f"Chứng từ ghi {money(amount)}, nhưng chỉ còn phải nộp {money(left)}."


def voucher_taken(voucher: str, on: date, amount: int, *, here: bool) -> str:
    """Say that a voucher was taken before, for another sum or another case."""
    if here:
        return (
            f"Chứng từ {voucher} đã ghi ngày {day(on)} với số tiền {money(amount)}. "
            "Một chứng từ chỉ ghi một lần."
        )
    return (
        f"Chứng từ {voucher} đã ghi ngày {day(on)} cho một hồ sơ khác. "
        "Một chứng từ chỉ ghi một lần."
    )


def paid_ahead(told: date, today: date) -> str:
    """Say that nobody has paid yet on a day that lies ahead."""
    return f"Ngày nộp {day(told)} chưa tới, hôm nay là {day(today)}."


def lines_say_otherwise(kind: str, *, told: bool) -> str:
    """Say that what is due and the lines of the notice do not agree."""
    if told:
        return f"{kind}: trong các khoản có dòng này, nhưng ghi là không phải nộp."
    return f"{kind}: ghi là phải nộp, nhưng trong các khoản không có dòng nào."


def past(label: Label, told: date, today: date) -> str:
    """Say that a day that is promised must lie ahead."""
    return (
        f"{label.clerk}: {day(told)} không ở sau hôm nay, {day(today)}. "
        "Hẹn thì ghi một ngày sau hôm nay."
    )


def not_after_promise(label: Label, told: date, promised: date) -> str:
    """Say that a day that is promised anew lies after the one promised before."""
    return (
        f"{label.clerk}: {day(told)} không ở sau ngày đã hẹn, {day(promised)}. "
        "Hẹn lại thì ghi một ngày làm việc sau ngày đã hẹn."
    )


def day_off(label: Label, told: date, why: str) -> str:
    """Say that offices are closed on a day on which something is to be fetched."""
    return (
        f"{label.clerk}: {day(told)} không phải ngày làm việc ({why}). "
        "Ghi một ngày cơ quan mở cửa."
    )


def reason_too_long(most: int) -> str:
    """Say how long a reason may be."""
    return f"Lý do dài quá {most} chữ. Viết gọn lại."


def letter(number: str, on: date) -> str:
    """Cite a letter as offices do: its number and its day."""
    return f"{number} ngày {day(on)}"


def one_of(choices: Mapping[str, Label]) -> str:
    """Say which items may be chosen."""
    words = "; ".join(f"{name}: {label.clerk}" for name, label in choices.items())
    return f"Chọn một trong các mục sau: {words}."


def step_ready(title: str) -> str:
    """Say that the next step of the plan may begin."""
    return f"Bước tiếp theo đã sẵn sàng: {title}."


def your_turn(step: str) -> str:
    """Say that no office holds the matter: the next step is the citizen's."""
    return f"Đến lượt ông bà làm bước tiếp, {step}"


YOU = "Ông bà"
PEOPLE = "Người dân"
# As a clerk calls whoever has to act, in the middle of a sentence.
PEOPLE_WAITED_FOR = "người dân"
YES = "Có"
NO = "Không"
NOT_KNOWN = "Chưa rõ"
CONDITION = "Điều kiện của việc này chưa đạt."
NOT_NOW = "Chưa đến lúc làm việc này."
ROLES = {
    "citizen": "Ông bà",
    "helper": "Người giúp",
    "parent": "Hồ sơ chính",
    "tax_office": "Cơ quan thuế",
    "system": "Hệ thống",
}


def facts_missing(words: str) -> str:
    """Say which facts an action waits for."""
    return f"Còn thiếu: {words}."


EVENTS = {
    "start": Label(citizen="Bắt đầu chuẩn bị hồ sơ", clerk="Mở hồ sơ"),
    "parent.ended": Label(
        citizen="Hồ sơ chính đã kết thúc", clerk="Hồ sơ chính đã kết thúc"
    ),
}


def about(text: str, names: Sequence[str]) -> str:
    """Put the names of people into a question, or behind a term that names nobody."""
    if not names:
        return text
    if "{name}" not in text:
        return f"{text}: {', '.join(names)}"
    return text.replace("{name}", names[0]).replace("{other}", names[-1]).rstrip("?")


MONEY_KINDS = {
    "personal_income_tax": "Thuế thu nhập cá nhân",
    "registration_fee": "Lệ phí trước bạ",
    "notary_fee": "Phí công chứng",
    "certification_fee": "Phí chứng thực",
    "land_use_levy": "Tiền sử dụng đất",
    "late_interest": "Tiền chậm nộp",
    "appraisal_fee": "Phí thẩm định hồ sơ",
    "certificate_fee": "Lệ phí cấp sổ",
    "land_data_fee": "Phí xem dữ liệu đất đai",
    "security_registration_fee": "Phí đăng ký thế chấp",
    "rice_land_charge": "Tiền bảo vệ, phát triển đất trồng lúa",
}

COPIES = {
    "original": "bản chính",
    "copy": "bản sao",
    "certified": "bản sao chứng thực",
    "copy_with_original": "bản sao, kèm bản chính để đối chiếu",
    "electronic": "bản điện tử",
}

NO_NUMBER = "Chưa có số"
DURATIONS = {
    "working_days": "Ngày làm việc",
    "longest_working_days": "Ngày làm việc, lâu nhất",
    "calendar_days": "Ngày thường, cả chờ",
    "earliest_start": "Nộp được từ",
    "earliest_finish": "Xong sớm nhất",
    "partial": "Biết đủ chưa",
}

# What is checked of papers before travelling.
PAGES_WRONG = "Số trang là một số từ 1 đến 200."
NOT_A_NUMBER = "Chỗ này phải có số như in trên giấy. Không có thì để trống."
NOTHING_READ = "Chưa ghi gì đọc được từ giấy này, nên chưa so được với giấy khác"

# --- a new number at the counter ------------------------------------------------------

NO_SUCH_MATTER = "Không có việc nào mang mã này. Xem lại dòng chữ bắt đầu bằng DAT."
NO_SUCH_DOSSIER = "Không có hồ sơ nào mang mã này. Xem lại dòng chữ bắt đầu bằng HS."
DOSSIER_RECEIVED = "Hồ sơ này đã có nơi tiếp nhận, không nhận lại ở quầy khác."
NOT_AT_THIS_COUNTER = "Thủ tục này không nộp ở quầy đã chọn. Nộp ở quầy nơi có đất."
COMMUNE_OF_LAND_UNKNOWN = "Chưa biết đất ở xã nào. Ghi xã nơi có đất trước khi nộp."
WHICH_PAPER = "Hãy chọn giấy tờ đã xem."
LOOK_AT_PAPER = "Xem bản chính, rồi đánh dấu là đúng người."

# --- people who are kept --------------------------------------------------------------

SHARE_ANEW = (
    "Mỗi người đang có phần riêng. Thêm tên người này ở trang câu hỏi, "
    "chia lại phần, rồi lấy thông tin sau."
)
AGREE_TO_KEEP = "Chưa đánh dấu đồng ý, nên Dắt chưa giữ gì."


def choose_somebody(names: Sequence[str]) -> str:
    """Say whom the other matter has, so that one of them is written."""
    if not names:
        return "Việc đó chưa ghi tên ai."
    return f"Việc đó có: {', '.join(names)}. Ghi đúng một tên."
