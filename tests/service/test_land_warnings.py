"""A warning about land that a notary office sent stands on the pages of the citizen."""

from tests.factories import filed, row_of
from tests.service.test_office_words import told
from tests.visitor import Visitor


def test_a_warning_stands_dated_on_the_matter_and_the_plan_and_stops_nothing(desk):
    gift = filed(desk)
    version = row_of(desk, gift.case).version
    said = {
        "number": "12/CV",
        "day": "2026-11-20",
        "reason": "Tranh chấp đang được thụ lý",
        "by": "Tòa án (mẫu)",
    }
    told(desk, "notary", gift.case, "blocking", said)
    page = Visitor(desk).reopens(gift.code, gift.pin)
    for path in (f"/ho-so/{gift.code}", f"/ke-hoach/{gift.code}"):
        page.opens(path)
        assert page.status == 200
        assert "Tranh chấp đang được thụ lý" in page.text
        assert "20/11/2026" in page.text
        assert "12/CV" in page.text
    assert row_of(desk, gift.case).version == version
