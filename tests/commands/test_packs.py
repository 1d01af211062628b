"""``dat packs``: the tools of the administrator, as typed."""

import time


def test_a_diff_is_grouped_by_procedure_with_every_part(dat):
    answer = dat("packs", "diff", "vn-nd151-2025", "vn-15-qd47-2026", "--json")
    assert answer.code == 0
    gift = answer.json["procedures"]["register_gift"]
    assert {
        "states", "events", "papers", "days", "fees", "competence", "captions",
        "labels",
    } <= gift.keys()  # fmt: skip
    assert {"parameters", "lists", "conditions"} <= answer.json.keys()
    assert answer.json["from"]["package"] == "vn-nd151-2025"


def test_a_diff_in_words_takes_less_than_a_second(dat):
    pair = ("vn-nd151-2025", "vn-15-qd47-2026")
    dat("packs", "diff", *pair)
    start = time.perf_counter()
    answer = dat("packs", "diff", *pair)
    assert time.perf_counter() - start < 1
    assert "Mẫu số 18 → Mẫu số 24" in answer.out


def test_the_two_sides_of_a_diff_may_have_days_of_their_own(dat):
    answer = dat(
        "packs", "diff", "vn-15-qd47-2026", "vn-15-qd47-2026",
        "--on-a", "2026-07-01", "--on-b", "2027-02-01", "--json",
    )  # fmt: skip
    assert answer.code == 0
    assert answer.json["from"]["on"] == "2026-07-01"
    assert answer.json["to"]["on"] == "2027-02-01"


def test_a_day_without_the_package_is_refused_with_the_gap(dat):
    answer = dat("packs", "diff", "vn-66-2026", "vn-nd151-2025", "--on", "2027-06-01")
    assert answer.code == 2
    assert "01/03/2027" in answer.err


def test_the_instruments_of_a_day_are_listed_with_what_replaced_them(dat):
    answer = dat("packs", "instruments", "--on", "2026-11-24", "--json")
    assert answer.code == 0
    known = {row["id"]: row for row in answer.json}
    assert known["tt80-2021"]["in_force"] is False
    assert known["tt80-2021"]["replaced_by"] == ["tt89-2026"]
    text = dat("packs", "instruments", "--on", "2026-11-24").out
    assert "được thay bằng: Thông tư 89/2026/TT-BTC" in text
