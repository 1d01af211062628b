"""The official wording lies beside what the edition prints, line by line."""

import pytest

from forms.captions import load_captions
from forms.catalog import Catalog
from forms.comparison import Filling, laid_beside, rooms_of
from tests.forms.papers import squash

EDITIONS = {edition.edition: edition for edition in Catalog.load().editions()}
WORDED = [name for name in EDITIONS if name in load_captions()]


def laid(name):
    return laid_beside(EDITIONS[name], load_captions()[name])


@pytest.mark.parametrize("name", WORDED)
def test_every_line_and_every_room_stands_there_once_and_in_order(name):
    lines = laid(name)
    assert tuple(line.text for line in lines) == load_captions()[name].words
    rooms = [room for line in lines for room in line.rooms]
    assert rooms == list(rooms_of(EDITIONS[name]))


@pytest.mark.parametrize("name", WORDED)
def test_the_rooms_are_the_fields_columns_and_lists_of_the_edition(name):
    edition = EDITIONS[name]
    wanted = {field.id for field in edition.fields()}
    wanted |= {column.id for table in edition.tables() for column in table.columns}
    wanted |= {block.id for block in edition.body if block.block == "list"}
    assert {room.id for room in rooms_of(edition)} == wanted


def test_a_field_stands_at_the_line_that_holds_its_caption():
    lines = laid("vn-tax-2026/TAX-01-LPTB@2026-07-01")
    at = {room.id: line for line in lines for room in line.rooms}
    for id_, words in (
        ("04", "[04] Người nộp thuế"),
        ("07", "[07] Số định danh cá nhân/Số hộ chiếu"),
        ("1.2.1.street", "Đường/Phố"),
        ("2.4", "2.4. Giá trị nhà (đồng)"),
    ):
        assert squash(words) in squash(at[id_].text)


def test_a_room_says_who_fills_it_from_what_and_why_not():
    rooms = {
        room.id: room
        for room in rooms_of(EDITIONS["vn-15-qd47-2026/F-CHANGE@2026-06-28"])
    }
    assert rooms["1a"].filling is Filling.FACTS
    assert rooms["1a"].facts == ("party[{party}].full_name",)
    assert rooms["sign.date"].filling is Filling.STATEMENT
    assert "khi ký" in rooms["sign.date"].why
    everywhere = {r.filling for each in EDITIONS.values() for r in rooms_of(each)}
    assert everywhere == set(Filling)


def test_a_column_of_a_list_names_the_list_and_only_its_own_facts():
    rooms = {
        room.id: room.facts
        for room in rooms_of(EDITIONS["common/ONESTOP-07@2025-07-01"])
    }
    assert rooms["book.code"] == ("book.entries", "case.code")
    assert rooms["book.row"] == ("book.entries",)
