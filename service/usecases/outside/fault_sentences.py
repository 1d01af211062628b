"""Why a message or an effect needs a person, in words that an office uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forms.words import money
from service.usecases import sentences

SOURCES = {
    "child": "Hồ sơ liên thông",
    "parent": "Hồ sơ chính",
    "ledger": "Sổ tiền của hồ sơ",
}
EFFECTS = {
    "start": "Mở hồ sơ liên thông ở cơ quan khác",
    "signal": "Báo cho hồ sơ liên thông",
    "end": "Báo hồ sơ đã kết thúc",
    "obligation": "Ghi vào sổ tiền",
    "notify": "Gửi tin cho người dân",
    "issue": "Lập giấy",
    "file_form": "Lưu đơn, tờ khai vào hồ sơ",
    "sync": "Gửi trạng thái sang hệ thống khác",
    "order": "Gửi lệnh nộp tiền tới cổng thanh toán",
    "send": "Gửi phiếu chuyển cho cơ quan thuế",
}
PAYMENT = "Báo đã nộp tiền"
UNREADABLE = "Tin không đọc được"
EVENT = "Báo một việc"
DIFFERENCE = "Sổ hai bên không khớp"
# What the comparison of an office's book with ours may find, that cannot be mended.
DIFFERENCES = {
    "never_sent": "Cơ quan có một tin mà chương trình không có trong sổ gửi đi.",
    "sent_otherwise": "Tin cơ quan đã nhận khác với tin chương trình đã gửi.",
    "never_said": "Chương trình có một tin mà cơ quan nói không gửi.",
    "said_otherwise": "Bản kê của cơ quan tự mâu thuẫn về một tin đã gửi.",
    "not_credited": "Bên thu đã thu tiền theo chứng từ này, hồ sơ chưa ghi.",
    "never_told": "Bên thu có chứng từ này mà chưa bao giờ báo. Hỏi bên thu rồi ghi.",
    "other_sum": "Chứng từ này hồ sơ ghi một số tiền, bên thu ghi số khác.",
    "given_back": "Bên thu đã trả lại tiền của chứng từ này mà chưa báo.",
    "not_paid": "Hồ sơ đã ghi nộp theo chứng từ này, bên thu nói không có.",
}

_REASONS = {
    "EventNotExpectedError": (
        "Hồ sơ lúc này không chờ việc này: tin đến sai thứ tự, hoặc việc đã làm rồi."
    ),
    "RoleNotAllowedError": "Cơ quan gửi tin không được làm việc này trên hồ sơ này.",
    "FactsMissingError": "Tin thiếu điều phải có, nên chưa ghi được vào hồ sơ.",
    "PapersMissingError": "Còn thiếu giấy tờ phải có trước khi làm việc này.",
    "ConditionNotMetError": "Chưa đủ điều kiện để làm việc này trên hồ sơ.",
    "NotFoundError": "Cơ quan gửi tin không có phần việc nào trong hồ sơ này.",
    "LookupError": "Không tìm thấy hồ sơ liên thông phải nhận tin này.",
    "AdapterNotConfiguredError": (
        "Chương trình chưa được nối với cơ quan nhận. Gửi bằng giấy, rồi bỏ qua việc"
        " này và ghi số công văn."
    ),
    "NoResultFound": "Không tìm thấy hồ sơ mà tin này nói tới.",
}
# What is said after these is already a sentence for people.
_SAID = frozenset(
    {"BadInputError", "BadRequestError", "WordDiffersError", "WordUnreadableError"}
)
# What was written down is a sentence for people already.
_AS_IT_IS = frozenset(
    {
        sentences.UNREADABLE,
        sentences.NO_SUCH_CASE,
        sentences.BAD_SIGNATURE,
        sentences.OUR_ID,
        sentences.SAYS_OTHERWISE,
        sentences.FLOOD,
        *DIFFERENCES.values(),
    }
)
_NOT_DONE = (
    "Chương trình đã thử mà chưa làm được. Thử lại; nếu vẫn vậy thì báo quản trị."
)
_NOT_TAKEN = "Nơi nhận không trả lời, hoặc không nhận. Hỏi nơi nhận, rồi thử lại."


def reason(error: str, *, outward: bool = False) -> str:
    """Return why it needs a person, from what the program wrote down.

    ``outward`` is for what another office had to take.
    """
    kind, parted, rest = error.partition(": ")
    if parted and kind in _SAID:
        return rest
    if kind in _REASONS:
        return _REASONS[kind]
    if error in _AS_IT_IS:
        return error
    return _NOT_TAKEN if outward else _NOT_DONE


def value(told: object) -> str:
    """Return what a message says of one thing: yes or no, lines of money, text."""
    match told:
        case bool():
            return sentences.YES if told else sentences.NO
        case Mapping():
            kind = str(told.get("kind", ""))
            words = sentences.MONEY_KINDS.get(kind, kind)
            return f"{words}: {sum_of(told.get('amount'))}"
        case Sequence() if not isinstance(told, str):
            return "; ".join(map(value, told))
        case _:
            return str(told)


def sum_of(amount: object) -> str:
    """Return a number of đồng as people write it, or what stands there instead."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        return str(amount)
    return money(amount)


NEED_REASON = "Ghi vì sao bỏ qua: điều này được giữ lại cùng tên người bỏ qua."
LONG_REASON = "Lý do dài quá 300 ký tự."
LINE = "Khoản"
AMOUNT = "Số tiền"
VOUCHER = "Số chứng từ"
CASE_CODE = "Mã ghi trong tin"
