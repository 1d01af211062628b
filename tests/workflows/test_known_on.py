"""What was known on a day: corrections learned later, and the answers before them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows import small_laws
from workflows import lint
from workflows.definition import ParameterSpec
from workflows.errors import FigureNotYetSetError, NoPackageInForceError
from workflows.loader import load_law
from workflows.parameters import Parameter

DAYS = "base/parameters/days.yaml"
PROVINCE = "province-7/package.yaml"
SPRING = date(2026, 3, 2)
START = date(2026, 1, 1)
SOURCE = {"instrument": "law", "at": "Đ1", "mark": "V"}

CORRECTION = (
    "{since: 2025-01-01, known_since: 2026-02-10, value: {n: 9, unit: working_day}, "
    'note: "Trước ghi 8 ngày, đọc nhầm điểm b", '
    'source: {instrument: law, at: "Đ2", mark: V}, status: verified}'
)
DECISION = """\
package: province-7b
known_since: 2026-04-15
title: Quyết định của tỉnh Bảy
kind: province
territory: {province: "07"}
in_force: {from: 2026-02-01, to: 2026-06-30}
status: verified
extends: land
replaces: province-7
"""


def corrected():
    """Return the small law with the days of handling corrected in February 2026."""
    return small_laws.with_change(
        DAYS, "values: [{since: 2025-01-01, value: {n", f"values: [{CORRECTION}, "
        "{since: 2025-01-01, value: {n",
    ) | small_laws.with_change(
        PROVINCE, "values[since=2025-01-01].value",
        "values[since=2025-01-01][known_since=].value",
    )  # fmt: skip


def loaded(tmp_path, changes, **options):
    return load_law(small_laws.write(tmp_path, changes), **options)


def handling(law, package="land", day=SPRING):
    return law.package_edition(package, day).parameter("days.handling").at(day).value


# --- figures ----------------------------------------------------------------------


def test_a_correction_holds_from_the_first_day_and_is_unknown_before_it_was_learned(
    tmp_path,
):
    law = loaded(tmp_path, corrected())

    assert handling(law)["n"] == 9
    assert handling(law.known_on(date(2026, 2, 10)))["n"] == 9
    assert handling(law.known_on(date(2026, 2, 9)))["n"] == 8


def test_the_edition_known_before_a_correction_is_the_one_that_was_loaded_then(
    tmp_path,
):
    before = loaded(tmp_path / "before", {}).package_edition("land", SPRING)
    law = loaded(tmp_path / "after", corrected())
    then = law.known_on(date(2026, 2, 9)).package_edition("land", SPRING)

    assert then == before
    assert then.digest == before.digest
    assert law.package_edition("land", SPRING) != before


def test_a_corrected_law_passes_the_linter(tmp_path):
    report = lint.check(small_laws.write(tmp_path, corrected()), lint.Forms({"F-1"}))

    assert [str(finding) for finding in report.errors] == []


def test_an_edition_without_corrections_is_itself_on_every_day(tmp_path):
    edition = loaded(tmp_path, {}).package_edition("land", SPRING)

    assert edition.known_on(date.min) is edition


def test_the_cache_keeps_what_is_known_now_apart_from_what_was_known_then(tmp_path):
    root = small_laws.write(tmp_path / "law", corrected() | later_override())
    for _ in range(2):
        law = load_law(root, cache_dir=tmp_path / "cache")
        then = law.known_on(date(2026, 1, 31))
        assert handling(then)["n"] == 8
        assert handling(law)["n"] == 9
        assert label(then) != label(law) == "Lời sửa"


def test_a_correction_by_commune_restates_the_whole_of_its_day():
    older = [row(0, 1, communes=["a"]), row(0, 2, communes=["b"])]
    parameter = figure(*older, row(0, 3, known=9, communes=["a"]))

    assert parameter.at(START, commune="a").value == 3
    assert parameter.at(START, commune="b").value is None
    assert parameter.at(START, commune="b", known_on=START).value == 2


def test_a_figure_nobody_had_learned_yet_says_when_it_was():
    parameter = figure(row(0, 1, known=9))

    with pytest.raises(FigureNotYetSetError, match="2026-01-10"):
        parameter.at(START, known_on=START)


def row(since, value, known=None, **more):
    learned = {} if known is None else {"known_since": START + timedelta(known)}
    return {
        "since": START + timedelta(since),
        "value": value,
        "source": SOURCE,
        "status": "verified",
        **learned,
        **more,
    }


def figure(*rows):
    spec = {"resolve_on": "receipt", "values": rows}
    return Parameter("some.figure", ParameterSpec.model_validate(spec))


OFFSETS = st.integers(0, 30)


@st.composite
def corrected_figures(draw):
    """Rows of one figure: some known from the start, no two for one since and day."""
    keys = draw(
        st.lists(st.tuples(OFFSETS, st.none() | OFFSETS), unique=True, min_size=1)
    )
    known_first = draw(st.integers(0, 3))
    keys = [(known_first, None), *(k for k in keys if k != (known_first, None))]
    rows = [row(since, n, known) for n, (since, known) in enumerate(keys)]
    return draw(st.permutations(rows))


def answer(parameter, day, **how):
    try:
        return parameter.at(day, **how).value
    except FigureNotYetSetError:
        return "not yet"


@given(corrected_figures(), OFFSETS)
def test_known_later_than_everything_is_known_now(rows, offset):
    day = START + timedelta(offset)
    everything = START + timedelta(31)

    assert answer(figure(*rows), day, known_on=everything) == answer(figure(*rows), day)


@given(corrected_figures(), OFFSETS, OFFSETS)
def test_an_answer_never_depends_on_what_was_learned_after(rows, offset, known):
    day, known_on = START + timedelta(offset), START + timedelta(known)
    then = [each for each in rows if each.get("known_since", date.min) <= known_on]

    told = answer(figure(*rows), day, known_on=known_on)

    assert told == answer(figure(*then), day)
    # Reckoned anew: the last since that has begun, of it what was learned last.
    begun = [each for each in then if each["since"] <= day]
    last = max(
        begun,
        key=lambda each: (each["since"], each.get("known_since", date.min)),
        default={"value": "not yet"},
    )
    assert told == last["value"]


# --- packages and overrides -------------------------------------------------------


def later_override():
    text = """\
  - of: transfer
    at: chart.states.waiting.events.supply.label.citizen
    known_since: 2026-04-15
    replace: "Lời sửa"
    why: "Lời của tỉnh chép sai"
    source: {instrument: law, at: "Đ31", mark: V}
"""
    return {PROVINCE: corrected()[PROVINCE] + text}


def label(law):
    transfer = law.package_edition("province-7", SPRING).procedure("transfer")
    waiting = transfer.chart.states["waiting"]
    return waiting.events["supply"][0].label.citizen


def test_an_override_learned_later_is_not_there_before(tmp_path):
    law = loaded(tmp_path, corrected() | later_override())

    assert label(law) == "Lời sửa"
    assert label(law.known_on(date(2026, 4, 15))) == "Lời sửa"
    assert label(law.known_on(date(2026, 4, 14))) == "Nộp thêm ở tỉnh Bảy"
    overrides = law.known_on(START).package_edition("province-7", SPRING).overrides
    assert len(overrides) == 3


def test_a_decision_learned_later_holds_and_before_that_its_forerunner_did(tmp_path):
    law = loaded(tmp_path, {"province-7b/package.yaml": DECISION})

    assert law.edition("07", SPRING).id == "province-7b"
    assert law.edition("07", date(2026, 1, 15)).id == "province-7"
    then = law.known_on(date(2026, 4, 14))
    assert then.edition("07", SPRING).id == "province-7"
    assert then.known_on(date(2027, 1, 1)).edition("07", SPRING).id == "province-7"
    assert law.known_on(date(2026, 4, 15)).edition("07", SPRING).id == "province-7b"


def test_a_decision_learned_later_may_share_days_with_the_one_it_replaces(tmp_path):
    changes = {"province-7b/package.yaml": DECISION}
    report = lint.check(small_laws.write(tmp_path / "a", changes), lint.Forms({"F-1"}))
    assert [str(finding) for finding in report.errors] == []

    early = DECISION.replace("known_since: 2026-04-15\n", "")
    changes = {"province-7b/package.yaml": early}
    report = lint.check(small_laws.write(tmp_path / "b", changes), lint.Forms({"F-1"}))
    assert {finding.rule for finding in report.errors} == {"packages-overlap"}


def test_a_package_not_yet_learned_is_refused_by_name_with_the_day(tmp_path):
    law = loaded(tmp_path, {"province-7b/package.yaml": DECISION})

    with pytest.raises(NoPackageInForceError, match=r"15/04/2026.*province-7b"):
        law.known_on(START).package_edition("province-7b", SPRING)


def test_a_used_package_learned_later_takes_over_only_then(tmp_path):
    tax = """\
package: tax-1b
known_since: 2026-04-15
title: Thuế, đọc lại
kind: national
territory: {country: VN}
in_force: {from: 2026-01-01, to: 2026-12-31}
status: verified
extends: tax-1
replaces: tax-1
"""
    law = loaded(tmp_path, {"tax-1b/package.yaml": tax})

    assert "tax-1b" in law.edition("07", SPRING).chain
    assert "tax-1b" not in law.edition("07", date(2025, 3, 1)).chain
    then = law.known_on(START).edition("07", SPRING)
    assert then.chain == ("province-7", "land", "base", "tax-1")


def test_the_law_of_the_program_known_last_is_the_law_of_the_program():
    law, day = load_law(), date(2026, 11, 24)

    assert law.known_on(date.max).edition("15", day) == law.edition("15", day)
