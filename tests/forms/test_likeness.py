"""Two ways of writing a value of a fact, and two values that only look alike."""

import pytest

from forms.likeness import likeness


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("party[hoa].full_name", "Nguyễn Thị Sáu", "NGUYỄN  THỊ SÁU "),
        ("party[hoa].full_name", "H'Linh Êban", "H’Linh E\u0302ban"),
        ("party[hoa].phone", "0905 000 123", "+84905000123"),
        ("party[hoa].person_id", "066183000123", "066 183 000123"),
        ("land.area_m2", "512.4", "512,40"),
        ("land.area_m2", "200", 200),
        ("contract.date", "2026-11-10", "10/11/2026"),
        ("certificate.serial_no", "AA 01695788", "aa01695788"),
    ],
)
def test_two_ways_of_writing_one_value_are_alike(key, one, other):
    assert likeness(key, one) == likeness(key, other)


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("party[hoa].full_name", "Nguyễn Thị Sáu", "Nguyễn Thị Sâu"),
        ("party[hoa].full_name", "H'Linh", "HLinh"),
        ("land.parcel_no", "0125", "125"),
        ("land.area_m2", "1.000", "1"),
        ("land.area_m2", "1.000", "1000"),
        ("certificate.wanted", True, "1"),
        ("contract.date", "2026-11-10", "2026-10-11"),
        ("contract.date", "31/02/2026", "2026-02-28"),
    ],
)
def test_two_values_are_not_alike_because_they_look_so(key, one, other):
    assert likeness(key, one) != likeness(key, other)
