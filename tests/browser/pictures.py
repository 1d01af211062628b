"""Takes the pictures of docs/pages.md anew: ``python -m tests.browser.pictures``.

Twelve pages of made-up people, each as a phone and a desk show it, side by side.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from service.persistence.database import connect, upgrade
from service.usecases.playing.demo import seed
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.people import Person
from tests.browser.scenes import AT_TAX_OFFICE, NEW, Scene
from tests.browser.town import Town
from tests.conftest import Desks
from tests.serving import served

FOLDER = Path(__file__).parents[2] / "docs" / "pages"
PHONE, DESK = {"width": 360, "height": 900}, {"width": 1280, "height": 900}
COLOURS, GAP = 48, 24


def practising(scene: Scene) -> Person:
    return scene.town.somebody().opens("/luyen-tap").presses("Vào phòng tập")


def at(path: str):
    return lambda scene: scene.anybody().opens(path)


def of_demo(words: str, path: str):
    """Go to a page of a matter of the demo; the path says {code} for it."""

    def goes(scene: Scene) -> Person:
        code, pin = scene.demo(words)
        return scene.citizen(code, pin).opens(path.format(code=code))

    return goes


def photographed(scene: Scene) -> Person:
    code, pin = scene.photographed
    person = scene.citizen(code, pin)
    return person.opens(f"/ho-so/{code}/buoc/notarize_contract/giay-to")


def followed(scene: Scene) -> Person:
    code, pin = scene.demo(AT_TAX_OFFICE)
    person = scene.anybody().opens(f"/tra-cuu?ma={code}")
    return person.types("Số mở, 6 số", pin).presses("Xem thêm")


def helping(scene: Scene) -> Person:
    _ = scene.helped
    return scene.clerk("giupviec").opens("/ho-tro")


def working(scene: Scene) -> Person:
    return scene.clerk("datdai").opens("/can-bo")


def working_on_a_case(scene: Scene) -> Person:
    person = working(scene)
    case = person.page.locator("table.card th a").first
    return person.opens(str(case.get_attribute("href")))


PAGES = {
    "home": at("/"),
    "triage": at("/chua-ro-viec"),
    "question": of_demo(NEW, "/ho-so/{code}/cau-hoi/certificate.in_hand"),
    "plan": of_demo(NEW, "/ke-hoach/{code}"),
    "compare": of_demo(NEW, "/ke-hoach/{code}/so-sanh"),
    "papers": photographed,
    "follow": followed,
    "rights": of_demo(NEW, "/ho-so/{code}/quyen"),
    "helper": helping,
    "practice": practising,
    "desk": working,
    "case": working_on_a_case,
}


def seen(person: Person) -> Image.Image:
    """Return how a page begins on a phone and on a desk, beside each other."""
    shots = []
    for size in (PHONE, DESK):
        person.page.set_viewport_size(size)
        shots.append(Image.open(BytesIO(person.page.screenshot())).convert("RGB"))
    width = sum(shot.width for shot in shots) + GAP
    sheet = Image.new("RGB", (width, max(shot.height for shot in shots)), "white")
    sheet.paste(shots[0], (0, 0))
    sheet.paste(shots[1], (shots[0].width + GAP, 0))
    return sheet.quantize(COLOURS)


def main() -> int:
    """Write one picture for each page; an old one of the name is replaced."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = connect(f"sqlite:///{folder / 'dat.sqlite'}")
        upgrade(database)
        desks = Desks(database, folder)
        accounts = {each.name: each for each in seed(desks.make())}
        desk = desks.make(seed=2, worker_seconds=0.2)
        with sync_playwright() as playwright, served(desk) as address:
            browser = playwright.chromium.launch(
                executable_path=chromium(), args=ARGUMENTS
            )
            scene = Scene(Town(address, desk, desks.hour, accounts, browser))
            for page, goes in PAGES.items():
                seen(goes(scene)).save(FOLDER / f"{page}.png", optimize=True)
            browser.close()
        desk.press.close()
        database.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
