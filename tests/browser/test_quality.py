"""Every page of citizens and helpers is light, calm and big enough for a finger."""

import pytest

from tests.browser.quality import lacking
from tests.browser.test_pages import PAGES, scene

pytestmark = pytest.mark.browser

__all__ = ["scene"]
# Pages at the desks of offices: they are used on a wide screen with a mouse.
AT_DESKS = ("list", "case", "action", "law", "form", "book", "not for")


@pytest.mark.parametrize(
    "name", [name for name in PAGES if not name.startswith(AT_DESKS)]
)
def test_a_page_is_light_and_big_enough(scene, town, name):
    person = PAGES[name](scene)

    assert list(lacking(person.page, town.address)) == []
    person.complaints.clear()
