"""How people come to a page, for the tests that look at every page."""

from tests.browser.people import Person
from tests.browser.scenes import AT_LAND_OFFICE, NEW, Scene


def at(path: str):
    return lambda scene: scene.anybody().opens(path)


def as_citizen(words: str, path: str):
    """Go to a page of a matter of the demo; the path says {code} for it."""

    def goes(scene: Scene) -> Person:
        code, pin = scene.demo(words)
        return scene.citizen(code, pin).opens(path.format(code=code))

    return goes


def question(key: str):
    return as_citizen(NEW, "/ho-so/{code}/cau-hoi/" + key)


def at_desk(name: str, path: str = ""):
    return lambda scene: scene.clerk(name).opens("/can-bo" + path)


def as_clerk(name: str, words: str, procedure: str, path: str = ""):
    """Go to a page of a case of a matter of the demo."""

    def goes(scene: Scene) -> Person:
        case = scene.case(scene.demo(words)[0], procedure)
        return scene.clerk(name).opens(f"/can-bo/ho-so/{case}{path}")

    return goes


def administering(path: str):
    return lambda scene: scene.clerk("quantri").opens(f"/quan-tri/luat{path}")


def forms(path: str):
    return lambda scene: scene.clerk("quantri").opens(f"/quan-tri/bieu-mau{path}")


def owing(name: str, procedure: str, path: str = ""):
    """Go to a case of the matter whose tax notice waits for the payment."""
    return lambda scene: scene.clerk(name).opens(
        f"/can-bo/ho-so/{scene.case(scene.owing[0], procedure)}{path}"
    )


def code_and_number(scene: Scene) -> Person:
    return scene.town.somebody().opens("/viec/give").presses("Bắt đầu")


def follows_to(kept: str, path: str = ""):
    """Open a page about a case of the scene as its citizen."""

    def goes(scene: Scene) -> Person:
        code, pin, case = getattr(scene, kept)
        return scene.citizen(code, pin).opens(f"/tra-cuu{path}?ma={case}")

    return goes


def helping(path: str):
    """Go to a page of the helper, who helps on the matter that waits."""

    def goes(scene: Scene) -> Person:
        code, _ = scene.helped
        return scene.clerk("giupviec").opens(path.format(code=code))

    return goes


def request_sent(scene: Scene) -> Person:
    asking = as_citizen(AT_LAND_OFFICE, "/ho-so/{code}/quyen/yeu-cau?loai=erase")
    person = asking(scene)
    person.types("Điều gì, sai ở đâu, muốn thành thế nào", "Xóa số điện thoại cũ")
    return person.presses("Gửi yêu cầu")
