"""The code of a payment: what is built reads back, and nothing but that is taken."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vietqr_emvco import VietQRGenerator, VietQRParser

from workflows.vietqr import TRIAL_BANK, BadQrError, VietQr, build, parse, trial_code

FACTS = VietQr("970436", "0011000000001", 22500000, "KHO BAC", "GIFT-2026 0123/TB")

PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,/-"
DIGITS = "0123456789"
CODES = st.builds(
    VietQr,
    st.text(DIGITS, min_size=6, max_size=6),
    st.text(DIGITS + "ABCXYZ", min_size=1, max_size=19),
    st.none() | st.integers(1, 10**13 - 1),
    st.text(PLAIN, max_size=25),
    st.text(PLAIN, max_size=60),
)


def signed(text):
    """Put the right sum under a text, by the package and not by us."""
    whole = text + "6304"
    return whole + VietQRGenerator._calculate_crc16(whole)


@given(CODES)
def test_what_is_built_reads_back_here_and_by_another_reader(code):
    text = build(code)
    assert parse(text) == code
    assert VietQRParser.verify_checksum(text)
    told = VietQRParser.parse(text)
    assert (told["bank_bin"], told["account_number"]) == (code.bank, code.account)
    assert told["amount"] == code.amount
    assert (told["currency"], told["memo"]) == ("704", code.message)


@given(
    st.text(DIGITS, min_size=6, max_size=6),
    st.text(DIGITS, min_size=1, max_size=19),
    st.integers(1, 10**13 - 1),
    st.from_regex(r"[A-Z0-9]([A-Z0-9 ]{0,20}[A-Z0-9])?", fullmatch=True),
)
def test_what_another_program_builds_is_read(bank, account, amount, name):
    text = VietQRGenerator(bank, account).generate(amount, name, name)
    assert parse(text) == VietQr(bank, account, amount, name, name)


@given(CODES, st.data())
def test_one_changed_character_is_refused(code, data):
    text = build(code)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda each: each != text[at]))
    with pytest.raises(BadQrError):
        parse(text[:at] + other + text[at + 1 :])


@given(CODES, st.data())
def test_a_piece_of_a_code_is_none(code, data):
    text = build(code)
    with pytest.raises(BadQrError):
        parse(text[: data.draw(st.integers(0, len(text) - 1))])


@given(st.text())
def test_any_text_is_read_or_refused_and_nothing_else_happens(text):
    with suppress(BadQrError):
        assert isinstance(parse(signed(text)), VietQr)


WHOLE = build(FACTS)[:-8]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "không đúng khuôn"),
        (WHOLE.replace("5303704", "5303840"), "tiền đồng"),
        (WHOLE.replace("5802VN", "5802TH"), "tiền đồng"),
        (WHOLE.replace("5303704", ""), "tiền đồng"),
        (WHOLE + "550202" + "56041000", "cộng thêm phí"),
        (WHOLE.replace("A000000727", "A000000728"), "tài khoản nhận tiền"),
        (WHOLE.replace("QRIBFTTA", "QRIBFTTX"), "tài khoản nhận tiền"),
        (WHOLE.replace("970436", "97043A"), "tài khoản nhận tiền"),
        (WHOLE.replace("540822500000", "540800500000"), "số đồng nguyên"),
        (WHOLE.replace("540822500000", "54082250.000"), "số đồng nguyên"),
        (WHOLE + "5802VN", "không đúng khuôn"),
        (WHOLE + "6000", "không đúng khuôn"),
        (WHOLE + "60x1A", "không đúng khuôn"),
        (WHOLE.replace("000201", "000202"), "không đúng khuôn"),
        (WHOLE.removeprefix("000201"), "không đúng khuôn"),
    ],
)
def test_a_right_sum_saves_nothing_that_is_wrong_in_itself(text, said):
    with pytest.raises(BadQrError, match=said):
        parse(signed(text))


@pytest.mark.parametrize(
    "wrong",
    [
        VietQr("97043", "1", None),
        VietQr(TRIAL_BANK, "1", 0),
        VietQr(TRIAL_BANK, "1", 1, "Kho bạc"),
        VietQr(TRIAL_BANK, "1", 1, "K" * 100),
    ],
)
def test_nothing_is_built_that_would_not_read_back(wrong):
    with pytest.raises(ValueError, match=r"VietQr|QR"):
        build(wrong)


def test_the_bank_of_a_trial_is_told_apart():
    assert parse(trial_code(5000, "12/TB")).is_trial
    assert not FACTS.is_trial
