"""A page shows something soon to a cheap phone on a weak line."""

import pytest

from tests.browser.quality import first_paint
from tests.browser.scenes import NEW
from tests.browser.ways import as_citizen, at, question

pytestmark = pytest.mark.browser

# A page with nothing on it paints after 0.43 s on such a line; ours may take 1.5 s.
BARE_PAGES = 3.5
PAGES = {
    "home": at("/"),
    "question": question("land.purpose"),
    "plan": as_citizen(NEW, "/ke-hoach/{code}"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_paints_soon_on_a_weak_line(scene, town, name):
    person = PAGES[name](scene)
    url, bare = person.page.url, town.address + "/livez"

    soonest = min(first_paint(person.page, url) for _ in range(3))
    least = min(first_paint(person.page, bare) for _ in range(3))

    assert soonest < BARE_PAGES * least
