"""On a phone: a parcel filled in from the land register, or by hand without it."""

import pytest

from service.usecases.matter.answer_question import record_facts
from tests.factories import a_matter
from tests.service.test_land_lookup import PLACE, RECORD, SERIAL

pytestmark = pytest.mark.browser

SCRIPT = pytest.mark.parametrize(
    "script", [True, False], ids=["with script", "without"]
)


@pytest.fixture
def register(town):
    port = town.desk.ports.land_registry
    port.parcels[:] = [RECORD]
    yield port
    port.parcels.clear()
    port.twin.faults.fail = 0


def in_front_of(town, script, **facts):
    """Return a citizen who has her matter open, and its code."""
    with town.alone() as desk:
        opened, citizen = a_matter(desk)
        record_facts(desk, citizen, opened.code, PLACE | facts, "citizen")
    person = town.somebody(script=script).opens(f"/mo-lai?ma={opened.code}")
    person.types("Số mở, 6 số", opened.pin).presses("Mở")
    return person, opened.code


@SCRIPT
def test_a_parcel_is_looked_over_and_filled_in(town, register, script):
    person, code = in_front_of(town, script)
    person.opens(f"/ho-so/{code}/cau-hoi/{SERIAL}")
    person.presses("Điền từ dữ liệu đất đai")
    person.sees("Chưa ghi gì cả", "212,5", "Đang ghi: 200", "Nguồn: dữ liệu đất đai")
    person.does_not_see("Y BHIĂO")
    person.presses("Ghi mục đã đánh dấu")
    person.sees("AA 01234567", "Dữ liệu đất đai", "200")
    assert person.path == f"/ho-so/{code}/kiem-tra"


@SCRIPT
def test_a_silent_register_leaves_the_way_by_hand(town, register, script):
    register.twin.faults.fail = 1
    person, code = in_front_of(town, script)
    person.opens(f"/ho-so/{code}/cau-hoi/{SERIAL}").types(
        "Số của sổ là gì?", "AA 7654321"
    )
    person.presses("Điền từ dữ liệu đất đai").sees("chưa trả lời")
    person.follows("Tự trả lời tiếp")
    assert person.page.locator("#tra-loi").input_value() == "AA 7654321"
