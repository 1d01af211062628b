"""Every page of citizens and helpers is light, calm and big enough for a finger."""

import pytest

from tests.browser.quality import first_paint, lacking
from tests.browser.test_pages import PAGES, scene

pytestmark = pytest.mark.browser

__all__ = ["scene"]
# Pages at the desks of offices: they are used on a wide screen with a mouse.
AT_DESKS = ("list", "case", "action", "law", "form", "book", "not for")
# A page with nothing on it paints after 0.43 s on such a line; ours may take 1.5 s.
BARE_PAGES = 3.5


@pytest.mark.parametrize(
    "name", [name for name in PAGES if not name.startswith(AT_DESKS)]
)
def test_a_page_is_light_and_big_enough(scene, town, name):
    person = PAGES[name](scene)

    assert list(lacking(person.page, town.address)) == []
    person.complaints.clear()


@pytest.mark.parametrize("name", ["home", "question, choice", "plan"])
def test_a_page_paints_soon_on_a_weak_line(scene, town, name):
    person = PAGES[name](scene)
    url, bare = person.page.url, town.address + "/livez"

    soonest = min(first_paint(person.page, url) for _ in range(3))
    least = min(first_paint(person.page, bare) for _ in range(3))

    assert soonest < BARE_PAGES * least
