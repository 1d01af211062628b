"""People at their browsers: what they open, press and type, and what they then see."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlencode

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, expect

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
DEADLINE = 20_000  # milliseconds that a page may take to show what the worker did

_OVERHANG = """() => {
    const root = document.documentElement;
    return Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth;
}"""
_FORM = """() => [...new FormData(document.querySelector("main form")).entries()]"""
_WATCH_POLICY = """document.addEventListener("securitypolicyviolation", found =>
    console.error(`policy: ${found.violatedDirective} ${found.blockedURI}`));"""


def in_line(text: str) -> str:
    """Return the text as it reads: one blank where the page has many of any kind."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


@dataclass
class Person:
    """Somebody with a browser of their own; every page they see must be in order."""

    context: BrowserContext
    address: str
    page: Page = field(init=False)
    complaints: list[str] = field(default_factory=list)
    status: int = 0  # of the page that was opened last

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.set_default_timeout(DEADLINE)
        self.page.add_init_script(_WATCH_POLICY)
        self.page.on("console", self._hears)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._receives)

    def _hears(self, message: ConsoleMessage) -> None:
        # A refusal is a page too: the browser notes its status, which is no fault.
        if message.type == "error" and not message.text.startswith("Failed to load"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _receives(self, response: Response) -> None:
        if response.request.resource_type == "document":
            self.status = response.status
        elif response.status >= 400:
            self.complaints.append(f"{response.url} answers {response.status}")
        if response.status >= 500:
            self.complaints.append(f"{response.url} breaks: {response.status}")

    # --- what a person does -----------------------------------------------------------

    def opens(self, path: str) -> "Person":
        """Go to an address of the service."""
        self.page.goto(self.address + path)
        return self.looks()

    def presses(self, button: str) -> "Person":
        """Press the button with these words and wait for the page that follows."""
        found = self.page.get_by_role("button", name=button, exact=True)
        with self.page.expect_navigation():
            found.click()
        return self.looks()

    def follows(self, link: str) -> "Person":
        """Follow the first link with these words and wait for its page."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=link).first.click()
        return self.looks()

    def types(self, label: str, words: str) -> "Person":
        """Type words into the field with this label."""
        self.page.get_by_label(label, exact=True).fill(words)
        return self

    def picks(self, label: str, words: str) -> "Person":
        """Pick an item of the list with this label."""
        self.page.get_by_label(label, exact=True).select_option(label=words)
        return self

    def chooses(self, words: str) -> "Person":
        """Choose the answer, or tick the paper, that begins with these words."""
        begins = re.compile(rf"^\s*{re.escape(words)}")
        label = self.page.locator("label.opt").filter(has_text=begins).first
        if not label.is_visible():
            self.page.locator("details.more > summary").click()
        label.locator("input").check()
        return self

    def answers(self, words: str) -> "Person":
        """Answer the question of the page and go on."""
        if self.page.locator("label.opt").count():
            self.chooses(words)
        else:
            self.page.locator("#tra-loi").fill(words)
        self.presses("Tiếp tục")
        return self.follows("Đi tiếp") if self.path.endswith("/chua-ro") else self

    @property
    def asked(self) -> str | None:
        """Return what the question of the page is about, None on another page."""
        return unquote(self.path.partition("/cau-hoi/")[2]) or None

    def answers_what_is_asked(self, known: Mapping[str, str]) -> list[str]:
        """Answer one question after the other as long as the answer is known."""
        asked = []
        while self.asked in known and self.asked not in asked:
            asked.append(self.asked)
            self.answers(known[self.asked])
        return asked

    def names(self, *people: str) -> "Person":
        """Name everybody who takes part, one row for each, and go on."""
        for place, name in enumerate(people):
            if place:
                self.presses("Thêm một người")
            self.page.locator(f"#ten-{place}").fill(name)
        return self.presses("Tiếp tục")

    def ticks(self, *papers: str) -> "Person":
        """Tick these papers."""
        for paper in papers:
            self.chooses(paper)
        return self

    def says(self, question: str, answer: str) -> "Person":
        """Answer yes or no, or one of several, to a question of a clerk's form."""
        group = self.page.get_by_role("group", name=question, exact=True)
        group.get_by_label(answer, exact=True).check()
        return self

    def takes(self, action: str) -> "Person":
        """Take an action of the case: at once, or on to its form."""
        box = self.page.locator("main .deeds")
        with self.page.expect_navigation():
            box.locator("a, button").get_by_text(action, exact=True).click()
        return self.looks()

    def changes(self, question: str) -> "Person":
        """Go from the list of answers to the question that is to be changed."""
        row = self.page.locator("dl.kv > div").filter(has_text=question)
        with self.page.expect_navigation():
            row.get_by_role("link", name="Đổi").click()
        return self.looks()

    def another_tab(self) -> "Person":
        """Open a second tab of the same browser."""
        return Person(self.context, self.address)

    def form(self) -> list[tuple[str, str]]:
        """Return the fields of the form of the page, as they stand."""
        return [(name, value) for name, value in self.page.evaluate(_FORM)]

    def sends(
        self, fields: list[tuple[str, str]], headers: dict[str, str] | None = None
    ) -> int:
        """Send fields to the address of the page; return the status of the answer."""
        answer = self.context.request.post(
            self.page.url,
            data=urlencode(fields),
            headers={"Content-Type": "application/x-www-form-urlencoded"}
            | (headers or {}),
            max_redirects=0,
        )
        return answer.status

    def lets_help(self, code: str, helper: str, *chosen: str) -> "Person":
        """Let a helper help on a matter: choose, read the whole words, agree."""
        self.opens(f"/ho-so/{code}/nho-giup")
        self.types("Tên đăng nhập của người giúp", helper)
        for words in chosen or ("Điền và in giúp", "Làm giấy tờ", "30 phút"):
            self.chooses(words)
        return self.presses("Xem lời đồng ý").presses("Tôi đồng ý cho giúp")

    def unfolds(self, summary: str) -> "Person":
        """Open the folded part with this heading."""
        self.page.locator("summary", has_text=summary).first.click()
        return self

    # --- what a person sees -----------------------------------------------------------

    @property
    def path(self) -> str:
        """Return where the person is."""
        return self.page.url.removeprefix(self.address)

    @property
    def heading(self) -> str:
        """Return the heading of the page."""
        return in_line(self.page.locator("h1").first.inner_text())

    @property
    def words(self) -> str:
        """Return everything that the page says in its main part."""
        return in_line(self.page.locator("main").inner_text())

    def sees(self, *words: str) -> "Person":
        """Check that the main part of the page says each of these."""
        seen = self.words
        for each in words:
            assert each in seen, f"{each!r} is not on {self.path}: {seen}"
        return self

    def does_not_see(self, *words: str) -> "Person":
        """Check that the main part of the page says none of these."""
        seen = self.words
        for each in words:
            assert each not in seen, f"{each!r} is on {self.path}: {seen}"
        return self

    def ticked(self) -> list[str]:
        """Return the papers that are ticked."""
        return [
            in_line(label.inner_text())
            for label in self.page.locator("label.opt:has(:checked)").all()
        ]

    def said(self, question: str) -> str:
        """Return the answer that is chosen for a question of a clerk's form."""
        group = self.page.get_by_role("group", name=question, exact=True)
        return in_line(group.locator("label:has(:checked)").inner_text())

    def typed(self, label: str) -> str:
        """Return what stands in the field with this label."""
        return self.page.get_by_label(label, exact=True).input_value()

    def downloads(self, link: str) -> bytes:
        """Open the file behind the first link with these words."""
        found = self.page.get_by_role("link", name=link).first
        answer = self.context.request.get(
            self.address + str(found.get_attribute("href"))
        )
        assert answer.ok, f"{link}: {answer.status}"
        return answer.body()

    def waits_until_the_page_says(self, words: str, where: str = "main") -> "Person":
        """Load the page again and again until it says so, or the deadline passes."""

        def say() -> None:
            found = self.page.locator(where).first
            expect(found).to_contain_text(words, timeout=300)

        for _ in range(DEADLINE // 300):
            try:
                say()
            except AssertionError:
                self.page.reload()
            else:
                return self.looks()
        say()
        return self

    def looks(self) -> "Person":
        """Look at the page as a whole: nothing of it may hang out sideways."""
        overhang = self.page.evaluate(_OVERHANG)
        if overhang > 0:
            self.complaints.append(f"{self.path} is {overhang} px too wide")
        return self

    def status_of(self, path: str) -> int:
        """Return the status with which the service answers this person's address."""
        return self.context.request.get(self.address + path).status
