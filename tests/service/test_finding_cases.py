"""A clerk finds a dossier by what the citizen says on the telephone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from service.errors import NotAllowedError
from service.persistence.rights import tables_of_matters
from service.usecases.cases.case_words import sought, word_of_code, words_of_name
from service.usecases.cases.findable import make_findable
from service.usecases.custody.export_data import export_matter
from service.usecases.matter.answer_question import answer, record_facts
from service.usecases.matter.submit_dossier import submit
from service.usecases.worklist.find_cases import find_cases
from tests.factories import a_matter, clerk, filed, finish, row_of

NAMES = {"father": "Nguyễn Văn Bình", "mother": "H'Mai Êban", "hoa": "Đặng Thị Hòa"}
LAND = {"land.map_sheet_no": "5", "land.parcel_no": "123"}


def a_gift(desk, names=NAMES):
    opened, citizen = a_matter(desk)
    told = {f"party[{who}].full_name": name for who, name in names.items()}
    record_facts(desk, citizen, opened.code, told | LAND, "citizen")
    case = submit(desk, citizen, opened.code, "notarize_contract", idempotency_key=None)
    return opened, citizen, case


def found(desk, question, office="notary"):
    return [
        row.case_code for row in find_cases(desk, clerk(desk, office), question).rows
    ]


FITTING = (
    "nguyen van binh",
    "Nguyễn Văn Bình",
    "VAN BINH",
    "bình",
    "binh nguyen",
    "nguyen binh",
    "hmai",
    "h mai eban",
    "H’Mai",
    "dang thi ho",
    "tờ 5 thửa 123",
    "thửa 123 tờ bản đồ số 5",
    "thua dat so 123",
    "5/123",
    "123/5",
    "123",
)
NOT_FITTING = (
    "guyen",
    "binh tran",
    "nguyen van an",
    "tờ 5 thửa 12",
    "6/123",
    "",
    "  -",
    "99999",
)


def test_a_name_or_a_parcel_finds_the_dossier_and_nothing_else_does(desk):
    _, _, case = a_gift(desk)
    filed(desk)
    missed = [each for each in FITTING if found(desk, each) != [case]]
    wrong = [each for each in NOT_FITTING if found(desk, each)]
    assert (missed, wrong) == ([], [])


def test_the_end_of_a_code_may_have_no_digit(desk):
    _, _, case = a_gift(desk)
    row = row_of(desk, case)
    with desk.database.transaction() as uow:
        make_findable(uow, replace(row, external_code="HS-3AFW2-2SZRP-DHBNS-Y"))
    assert found(desk, "bns-y") == [case]


def test_a_code_is_found_whole_and_by_its_end(desk):
    opened, _, case = a_gift(desk)
    for question in (case, case.lower().replace("-", " "), case[-8:], opened.code[-7:]):
        assert found(desk, question) == [case]
    assert find_cases(desk, clerk(desk, "notary"), case.lower()).code == case


def test_a_code_of_another_system_is_found_by_its_end(desk):
    _, _, case = a_gift(desk)
    row = row_of(desk, case)
    with desk.database.transaction() as uow:
        uow.cases.connection.execute(
            text('UPDATE "case" SET external_code = :code WHERE id = :id'),
            {"code": "H15.99-261106-1377", "id": row.id},
        )
        make_findable(uow, uow.cases.by_id(row.tenant_id, row.id))
    for question in ("06-1377", "1377", "H15.99-261106-1377", "h15.99.261106.1377"):
        assert found(desk, question) == [case]


def test_an_office_finds_its_own_dossiers_only(desk):
    a_gift(desk)
    assert found(desk, "nguyen van binh", office="tax") == []
    with pytest.raises(NotAllowedError):
        find_cases(desk, filed(desk).citizen, "nguyen")


def test_a_corrected_name_is_found_and_the_old_one_no_more(desk):
    opened, citizen, case = a_gift(desk)
    answer(desk, citizen, opened.code, "party[hoa].full_name", "Đặng Thị Huệ")
    assert found(desk, "dang thi hue") == [case]
    assert found(desk, "dang thi hoa") == []


def test_a_dossier_that_is_over_is_found_after_the_open_ones(desk):
    _, citizen, case = a_gift(desk)
    _, _, open_one = a_gift(desk)
    finish(desk, citizen, case)
    rows = find_cases(desk, clerk(desk, "notary"), "binh").rows
    assert [(row.case_code, row.over) for row in rows] == [
        (open_one, False),
        (case, True),
    ]


def test_the_words_go_with_the_matter_when_it_is_erased(desk):
    _, _, case = a_gift(desk)
    row = row_of(desk, case)
    assert "case_search" in {table.name for table in tables_of_matters()}
    with desk.database.reading() as uow:
        assert uow.search.words("66", "name", [row.id]).keys() == {row.id}
    with desk.database.transaction() as uow:
        uow.search.replace("66", row.id, [])
    assert found(desk, "binh") == []


def test_the_words_are_no_information_of_their_own_in_the_export(desk):
    opened, citizen, _ = a_gift(desk)
    assert "case_search" not in export_matter(desk, citizen, opened.code).records


def test_a_search_reads_a_short_range_of_an_index(desk):
    a_gift(desk)
    query = (
        "SELECT case_id FROM case_search WHERE tenant_id = '66' AND office_id = 'o'"
        " AND kind = 'name' AND key >= 'ng' AND key < 'ng~'"
        " ORDER BY key, case_id LIMIT 30"
    )
    with desk.database.reading() as uow:
        connection = uow.cases.connection
        explain = "EXPLAIN QUERY PLAN "
        if desk.database.dialect == "postgresql":
            # On so few rows each way costs the same: let only the order count.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_sort = off"))
            explain = "EXPLAIN "
        lines = " ".join(map(str, connection.execute(text(explain + query))))
    assert "pk_case_search" in lines or "autoindex_case_search" in lines, lines
    assert "Sort" not in lines, lines
    assert "TEMP B-TREE" not in lines, lines


LETTERS = st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyếộữ'’")
words = st.lists(
    st.text(LETTERS, min_size=1, max_size=7)
    .filter(lambda word: word.strip("'’")),
    min_size=1,
    max_size=5,
)  # fmt: skip


@given(words, st.data())
def test_any_part_of_a_name_from_the_beginning_of_a_word_finds_it(name, data):
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    meaning, *_ = sought(" ".join(name[start:end]).upper())
    assert any(key.startswith(meaning.prefix) for key in words_of_name(" ".join(name)))


@given(st.from_regex(r"\AH15\.[0-9]{2}-[0-9]{6}-[0-9]{4}\Z"), st.integers(3, 18))
def test_any_end_of_a_code_finds_it(code, length):
    end = code[-length:]
    if sum(each.isalnum() for each in end) >= 3:
        assert any(
            word_of_code(code).startswith(meaning.prefix) for meaning in sought(end)
        )
