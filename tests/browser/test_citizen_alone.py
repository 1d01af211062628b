"""A citizen alone at a keyboard: home, questions, answers, plan, and never a mouse."""

import pytest

from tests.browser.people import Person, in_line

pytestmark = pytest.mark.browser

# Where the keyboard is, what stands there, and whether an eye finds it.
STOP = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    const box = at.closest("label.opt") ?? at, around = getComputedStyle(box);
    const line = (it) => it.outlineStyle !== "none" && parseFloat(it.outlineWidth) >= 2;
    return {
        words: box.innerText || at.labels?.[0]?.innerText || at.value || "",
        ring: line(style) || line(around),
        inside: at !== document.body,
    };
}"""


class Keyboard:
    """The keys of somebody; at each stop the ring must be seen."""

    def __init__(self, person: Person) -> None:
        self.person, self.keys = person, person.page.keyboard

    def goes_to(self, words: str) -> "Keyboard":
        """Press Tab until something that begins with these words has the focus."""
        for _ in range(60):
            self.keys.press("Tab")
            stop = self.person.page.evaluate(STOP)
            assert stop["ring"] or not stop["inside"], f"no ring: {stop['words']}"
            if in_line(stop["words"]).startswith(words):
                return self
        raise AssertionError(f"no key leads to {words!r} on {self.person.path}")

    def enters(self, words: str) -> "Keyboard":
        """Go to a link or a button and press Enter; wait for the page that follows."""
        self.goes_to(words)
        with self.person.page.expect_navigation():
            self.keys.press("Enter")
        self.person.looks()
        return self

    def types(self, label: str, words: str) -> "Keyboard":
        self.goes_to(label)
        self.keys.type(words)
        return self

    def chooses(self, words: str) -> "Keyboard":
        self.goes_to(words)
        self.keys.press("Space")
        return self


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_citizen_alone_comes_from_home_to_the_plan_by_keyboard(town, script):
    citizen = town.somebody(script=script).opens("/")
    keyboard = Keyboard(citizen)

    keyboard.enters("Cho đất").enters("Bắt đầu").enters("Tôi đã chép lại, đi tiếp")
    keyboard.enters("Trả lời tiếp")
    keyboard.types("Mảnh đất ở xã", "Buôn Ma Thuột").enters("Tiếp tục")
    keyboard.types("Họ và tên", "Nguyễn Văn Lộc").enters("Tiếp tục")
    keyboard.types("Họ và tên", "Nguyễn Thị Hòa").enters("Tiếp tục")
    keyboard.chooses("Cha mẹ đẻ").enters("Tiếp tục")
    keyboard.enters("Lưu lại, làm tiếp sau").enters("Xem kế hoạch")

    assert citizen.path.startswith("/ke-hoach/")
    citizen.sees("Ký hợp đồng", "Sang tên đất được cho", "Tiền đã tính được")
