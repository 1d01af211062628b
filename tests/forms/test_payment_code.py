"""The code of a payment on a printed notice, with what it says beside it."""

from dataclasses import replace

from forms import prefill
from forms.marks import PayMark
from tests.forms.papers import edition, printed, text_of
from tests.forms.samples import TYPICAL
from workflows.vietqr import VietQr, parse, trial_code


def test_a_notice_with_a_code_says_beside_it_to_whom_how_much_and_by_which_notice():
    filled = prefill.fill(edition("TAX-NOTICE-LPTB"), TYPICAL)
    text = trial_code(3_000_001, "0123/TB-TCS")
    mark = PayMark(text, "0123/TB-TCS", parse(text))
    assert filled.edition.pays in filled.by_id
    said = text_of(printed(replace(filled, payment=mark)))
    for words in (
        "THỬ NGHIỆM",
        "Trả cho: THU NGHIEM",
        "Số tiền: 3.000.001",
        "Theo thông báo: 0123/TB-TCS",
        "Chỉ trả theo thông báo của cơ quan.",
    ):
        assert words.replace(" ", "") in said.replace(" ", "").replace("\u00a0", "")
    assert mark.told == "Mã QR nộp tiền theo thông báo 0123/TB-TCS"


def test_a_real_code_bears_no_mark_of_a_trial():
    code = VietQr("970436", "1", 5, "")
    words = PayMark("", "1/TB", code).words
    assert words[0] == "Trả cho: mã không ghi tên"
