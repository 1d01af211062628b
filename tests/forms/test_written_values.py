"""A paper says days, numbers and choices as people write them, never as machines do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

import pytest
from pydantic import BaseModel

from forms import prefill
from forms.bindings import written
from forms.definition import GAP, Column, Compose, FieldKind, FormEdition, FormField
from forms.filled import FilledForm
from forms.loader import editions_by_file
from tests.forms.papers import DATA, DAY, FILES, FURTHER, edition, filled
from tests.forms.samples import TYPICAL
from workflows.definition import Choice
from workflows.loader import load_law

PAPERS = [(file, data) for file in FILES for data in DATA if data != "blank"]
PAPERS += FURTHER
MACHINE = {
    "an ISO day or instant": re.compile(r"\d{4}-\d{2}-\d{2}"),
    # Dots part groups of three figures; a code of a procedure has six after its dot.
    "a decimal point": re.compile(r"(?<![\d.])\d+\.(\d{1,2}|\d{4,5})(?![\d.])"),
    "a value of the program": re.compile(r"\b(True|False|None|null)\b"),
    "the code of a choice": re.compile(r"\b[A-Za-z0-9]+_\w+"),
    "the key of a fact": re.compile(r"\w\]\.|(?<![@\w.-])[a-z]+\.[a-z]+\b(?!\.?\w)"),
}
ADDRESS = re.compile(r"\S*@\S+|\b[\w.-]+\.vn\b")
# How each type of fact may be written; what is missing here only ticks boxes.
WRITTEN_AS = {
    "text": set(FieldKind),
    "person_id": {FieldKind.TEXT},
    "phone": {FieldKind.TEXT},
    "integer": {FieldKind.YEAR, FieldKind.TEXT, FieldKind.DECIMAL},
    "money": {FieldKind.MONEY, FieldKind.WORDS},
    "decimal": {FieldKind.DECIMAL, FieldKind.SHARE},
    "date": {FieldKind.DATE, FieldKind.YEAR, FieldKind.TEXT},
    "code of the law": {FieldKind.TEXT},
}


def printed(paper: FilledForm) -> Iterator[tuple[str, str]]:
    for one in (*paper.fields, *paper.by_id.values()):
        pieces = [piece.text for piece in one.pieces if piece.is_value]
        for text in (one.value, *pieces):
            if isinstance(text, str):
                yield one.id, text


def faults(text: str) -> list[str]:
    without = ADDRESS.sub("", text)
    return [name for name, sign in MACHINE.items() if sign.search(without)]


@pytest.mark.parametrize(("file", "data"), PAPERS)
def test_no_value_is_written_as_a_machine_keeps_it(file, data):
    told = {
        f"{field}: {text!r} has {', '.join(faults(text))}"
        for field, text in printed(filled(file, data))
        if faults(text)
    }

    assert not told


@pytest.mark.parametrize(
    "text",
    [
        "đến 2043-10-15",
        "2026-11-24T01:30:00+00:00",
        "510.2",
        "rộng 0.25 m",
        "True",
        "self_built",
        "REGISTRY_CLERK",
        "party[hoa].phone",
        "land.area",
    ],
)
def test_what_a_machine_writes_is_found_out(text):
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.250.000.000",
        "510,2",
        "15/10/2043",
        "1.012783",
        "hoa@vidu.vn; dichvucong.vidu.vn",
        "1234/2026/HĐTC",
        "2026-2030",
        "a) Đất ở. b) Đất vườn.",
    ],
)
def test_what_people_write_is_no_fault(text):
    assert not faults(text)


def parts(one: BaseModel) -> Iterator[tuple[FieldKind, str]]:
    """Yield each fact that a field or column prints, and how."""
    assert isinstance(one, FormField | Column)
    kind = one.kind
    for bind in (one.bind, one.or_bind):
        if isinstance(bind, Compose):
            for part in bind.parts:
                for gap in GAP.finditer(part.text):
                    yield FieldKind(gap["form"] or kind), gap["key"]
        elif bind is not None:
            yield kind, bind
    if isinstance(one, FormField):
        yield from ((FieldKind.TEXT, key) for key in one.gaps.values())


def of_facts(each: FormEdition) -> Iterator[tuple[str, FieldKind, str]]:
    single = [(one, True) for one in each.fields()]
    columns = [
        (column, table.items is None)
        for table in each.tables()
        for column in table.columns
        if not column.words
    ]
    for one, is_fact in (*single, *columns):
        for kind, key in parts(one):
            if (is_fact or "." in key) and key != "row" and "#" not in key:
                for fact in each.asked_by(key):
                    yield one.id, kind, fact


@cache
def types() -> Mapping[str, set[str]]:
    """Return the types of each fact that is asked for or recorded somewhere."""
    found: dict[str, set[str]] = defaultdict(set)
    for province in ("15", "66"):
        law = load_law().edition(province, DAY)
        for specs in (law.facts, law.questions):
            for fact, spec in specs.items():
                found[fact].add("code of the law" if is_code(spec) else spec.type)
    return found


def is_code(spec) -> bool:
    """Return whether the choices are codes that the law itself prints, as ODT."""
    choices = spec.choices if spec.type == "choice" else ()
    return bool(choices) and all(
        isinstance(one, Choice) and one.value == one.legal for one in choices
    )


@pytest.mark.parametrize("file", FILES)
def test_each_fact_is_written_in_a_way_of_its_type(file):
    told = [
        f"{field} writes {fact}, of the type {each_type}, as {kind}"
        for each in editions_by_file()[file]
        for field, kind, fact in of_facts(each)
        for each_type in types()[fact]
        if kind not in WRITTEN_AS.get(each_type, set())
    ]

    assert not told


def test_a_day_in_a_row_of_a_list_is_written_as_people_do():
    rows = prefill.fill(edition("F-FIRST"), TYPICAL).rows["21b"]

    assert [row[6].value for row in rows] == ["15/10/2043", "Lâu dài"]


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("2043-10-15", "15/10/2043"),
        (date(2043, 10, 15), "15/10/2043"),
        (datetime(2026, 11, 24, 1, 30, tzinfo=UTC), "08 giờ 30, 24/11/2026"),
        ("2026-11-24T01:30:00+00:00", "08 giờ 30, 24/11/2026"),
        (Decimal("510.20"), "510,2"),
        (510.2, "510,2"),
        (True, "Có"),
        ("20431015", "20431015"),
        ("2026-2030", "2026-2030"),
    ],
)
def test_a_text_is_written_as_people_do(kept, said):
    facts = TYPICAL | {"land.origin": kept, "request.points": [kept]}
    paper = prefill.fill(edition("TAX-NOTICE-LEVY"), facts)
    letter = prefill.fill(edition("TAX-ASK-PAYER"), facts)

    assert paper.by_id["2.origin"].value == said
    assert said in printed_of(letter)


def printed_of(paper):
    return {text for _, text in printed(paper)}


def test_a_day_in_a_sentence_is_written_as_people_do():
    facts = TYPICAL | {"house.owned_until": "2071-04-30"}

    for form in ("TAX-03-BDS-TNCN", "F-CHANGE"):
        told = printed_of(prefill.fill(edition(form), facts))
        assert not [text for text in told if "2071-04-30" in text]


def test_a_code_without_words_in_the_form_is_told_and_left_blank():
    each = edition("TAX-NOTICE-LPTB")
    (table,) = (one for one in each.tables() if one.id == "IV")
    words = {"registration_fee_of_old": "Lệ phí trước bạ"}
    columns = tuple(
        one.model_copy(update={"words": words}) if one.words else one
        for one in table.columns
    )
    body = tuple(
        table.model_copy(update={"columns": columns}) if block == table else block
        for block in each.body
    )

    paper = prefill.fill(each.model_copy(update={"body": body}), TYPICAL)

    assert paper.rows["IV"][0][3].value is None
    assert any("registration_fee" in told for told in paper.problems)


def test_a_year_without_a_day_is_written_only_where_the_paper_asks_for_a_year():
    assert written(FieldKind.YEAR, 1958) == "1958"
    assert written(FieldKind.DATE, 1958) is None
    assert written(FieldKind.YEAR, True) is None
