"""A number that no database holds is said to be wrong, or fits nothing: no crash."""

import pytest

from service.usecases.playing.demo import seed_offices
from tests.factories import PASSWORD, an_account, filed, row_of
from tests.visitor import Visitor, at_the_counter_of

# Larger than a database holds, larger than Python reads, and a digit that is none.
HUGE = ("9" * 30, "9" * 5000, "²")


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30])
@pytest.mark.parametrize(
    "address",
    [
        "/quan-tri/nhat-ky?truoc={}",
        "/quan-tri/ket-noi/tax?truoc={}",
        "/quan-tri/ngay-nghi/tinh-lai/{}",
    ],
)
def test_a_number_in_an_address(desk, address, number):
    seed_offices(desk, "66")
    an_account(desk, "quan-tri", "Chị Quản Trị", "administrator")
    admin = Visitor(desk).signs_in("quan-tri", PASSWORD)
    assert admin.opens("/quan-tri/nhat-ky?truoc=5").status == 200
    assert admin.opens(address.format(number)).status in {404, 422}


@pytest.mark.parametrize("number", HUGE, ids=["huge", "too long", "no digit"])
def test_a_number_in_a_form_of_a_clerk(desk, number):
    case = filed(desk).case
    id_, version = row_of(desk, case).id, row_of(desk, case).version
    notary = at_the_counter_of(desk, "notary")
    where = f"/can-bo/ho-so/{case}"
    forms = (
        (where, f"{where}/viec/accept", {"phien-ban": number, "khoa": "a"}),
        (where, f"{where}/nop-tien", {"so-tien": number, "chung-tu": "1"}),
        ("/can-bo", "/can-bo/ban-giao", {"ben": "nhan", "ho-so": f"{id_}.{number}"}),
        (
            "/can-bo",
            "/can-bo/hang-loat/lam",
            {"c": f"{case}~{number}", "viec": "accept", "dong": number, "khoa": "b"},
        ),
    )
    for page, address, typed in forms:
        notary.opens(page).sends(address, **typed)
        assert notary.status in {200, 409, 422}, address
    assert notary.opens(f"{where}/viec/accept?dong={number}").status < 500
    assert row_of(desk, case).version == version
