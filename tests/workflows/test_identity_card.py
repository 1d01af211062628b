"""The text of the QR of an identity card becomes typed values, or a plain sentence."""

import unicodedata
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workflows.errors import Problem
from workflows.identity_card import IdentityCard, Sex, doubts, read_card
from workflows.loader import load_card_format

KNOWN = load_card_format()
PARTS = (
    "066180001234",
    "240999888",
    "H'Bia Niê",
    "15031980",
    "Nữ",
    "Buôn Kram, Ea Tiêu, Cư Kuin, Đắk Lắk",
    "10052022",
)
CARD = IdentityCard(
    number="066180001234",
    full_name="H'Bia Niê",
    old_number="240999888",
    birth_date=date(1980, 3, 15),
    birth_year=1980,
    sex=Sex.FEMALE,
    residence="Buôn Kram, Ea Tiêu, Cư Kuin, Đắk Lắk",
    issue_date=date(2022, 5, 10),
)
QR = "|".join(PARTS)


def with_part(place, text):
    return "|".join((*PARTS[: place - 1], text, *PARTS[place:]))


def read(text):
    found = read_card(text, KNOWN)
    assert isinstance(found, IdentityCard), found
    return found


def refusal(text):
    found = read_card(text, KNOWN)
    assert isinstance(found, Problem)
    return found.text


def test_the_seven_parts_become_typed_values():
    assert read(QR) == CARD


@pytest.mark.parametrize(
    "text",
    [
        f"  {QR}\r\n",
        f"\ufeff{QR}",
        QR.replace("|", " | "),
        QR.replace("|", "|\n"),
        unicodedata.normalize("NFD", QR),
        with_part(1, "066 180 001 234"),
        with_part(1, "066180\n001234"),
        with_part(4, "15/03/1980"),
        with_part(5, "nữ"),
        with_part(5, "NU"),
        QR + "|",
        QR + "||Y Bih Niê|H'Rơi Mlô|chưa biết là gì",
    ],
)
def test_the_same_card_however_it_was_pasted_or_scanned(text):
    assert read(text) == CARD


def test_a_name_in_small_letters_is_kept_as_printed():
    assert read(with_part(3, "h'bia niê")).full_name == "h'bia niê"


def test_letters_of_e_de_names_are_kept():
    assert read(with_part(3, "Y Ƀlĭ Kbuôr")).full_name == "Y Ƀlĭ Kbuôr"
    assert read(with_part(3, "H’Mlô ê̆ ơ̆")).full_name == "H’Mlô ê̆ ơ̆"


@pytest.mark.parametrize("place", [2, 4, 5, 6, 7])
def test_a_part_that_the_card_leaves_empty_stays_unknown(place):
    name = KNOWN.layout.fields[place - 1]
    assert getattr(read(with_part(place, "")), name) is None


@pytest.mark.parametrize("text", ["1980", "00001980", "00031980", "00/00/1980"])
def test_of_a_birth_without_its_day_only_the_year_is_known(text):
    card = read(with_part(4, text))

    assert (card.birth_date, card.birth_year) == (None, 1980)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Chưa có dòng chữ"),
        (" \n ", "Chưa có dòng chữ"),
        ("https", "có 1 phần"),
        ("|".join(PARTS[:6]), "có 6 phần. Mã QR của thẻ căn cước có ít nhất 7 phần"),
        ("x" * 2001, "quá dài"),
        (with_part(1, "24099988"), "số căn cước, đúng 12 chữ số"),
        (with_part(1, ""), "số căn cước, đúng 12 chữ số"),
        (with_part(1, "０６６180001234"), "số căn cước, đúng 12 chữ số"),
        (with_part(2, "H'Bia Niê"), "số CMND cũ"),
        (with_part(3, ""), "họ tên"),
        (with_part(3, "15031980"), "họ tên"),
        (with_part(4, "31021980"), "ngày sinh có thật"),
        (with_part(4, "15131980"), "ngày sinh có thật"),
        (with_part(4, "mùa xuân"), "ngày sinh có thật"),
        (with_part(5, "Đắk Lắk"), "giới tính: Nam, Nữ"),
        (with_part(6, "x" * 1001), "nơi thường trú"),
        (with_part(7, "2022"), "ngày cấp có thật"),
        (with_part(7, "10052022x"), "ngày cấp có thật"),
    ],
)
def test_a_text_that_is_no_card_is_told_what_is_wrong_and_what_is_allowed(text, says):
    assert says in refusal(text)


def test_nothing_of_the_card_stands_in_a_problem():
    problem = read_card(with_part(4, "31021980"), KNOWN)

    assert problem.value is None
    assert not any(part in problem.text for part in PARTS)


@given(
    st.text() | st.lists(st.text(alphabet="0126|/ \nNữamB"), max_size=9).map("".join)
)
@example("|" * 6)
@example("|" * 2000)
@example(with_part(4, "00000000"))
@example("\ud800" + QR)
def test_any_text_gets_an_answer(text):
    found = read_card(text, KNOWN)

    if isinstance(found, IdentityCard):
        doubts(found, KNOWN)
    else:
        assert found.text.endswith(".")


days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
names = st.text(alphabet="AĐăâbưỳ 'Ƀĭ", min_size=2, max_size=40).filter(
    lambda name: len(name.strip()) > 1 and "  " not in name
)


@given(
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.just("") | st.from_regex(r"[0-9]{9}", fullmatch=True),
    names,
    days,
    st.sampled_from(Sex),
    days,
)
def test_what_is_written_is_read_again(number, old, name, born, sex, issued):
    parts = (
        number,
        old,
        name,
        f"{born:%d%m}{born.year:04}",
        KNOWN.sexes[sex],
        "Đắk Lắk",
        f"{issued:%d%m}{issued.year:04}",
    )

    assert read("|".join(parts)) == IdentityCard(
        number=number,
        full_name=name.strip(),
        old_number=old or None,
        birth_date=born,
        birth_year=born.year,
        sex=sex,
        residence="Đắk Lắk",
        issue_date=issued,
    )


# --- what does not fit together -------------------------------------------------------


def test_a_card_that_fits_together_raises_no_doubt():
    assert doubts(CARD, KNOWN) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (with_part(1, "003180001234"), "003"),
        (with_part(1, "066080001234"), "giới tính Nam, còn thẻ ghi Nữ"),
        (with_part(1, "066181001234"), "sinh năm 1981, còn thẻ ghi 1980"),
        (with_part(1, "066380001234"), "sinh năm 2080, còn thẻ ghi 1980"),
        (with_part(4, "1981"), "sinh năm 1980, còn thẻ ghi 1981"),
        (with_part(7, "14031980"), "Ngày cấp sớm hơn ngày sinh"),
    ],
)
def test_what_does_not_fit_is_a_warning_and_no_refusal(text, says):
    (doubt,) = doubts(read(text), KNOWN)

    assert says in doubt


def test_what_the_card_does_not_tell_raises_no_doubt():
    assert doubts(read(with_part(5, "")), KNOWN) == ()
    assert doubts(read(with_part(4, "")), KNOWN) == ()


def test_all_63_places_of_registration_are_known():
    assert len(set(KNOWN.number.places)) == 63
    assert {"066", "054"} <= set(KNOWN.number.places)
