"""Somebody who practises, at the edge that people touch: pages, forms and cookies."""

import html
import re

from fastapi.testclient import TestClient

GOAL = "/viec/update_personal_information"


class Visitor:
    """Somebody with a browser: keeps cookies, sends the forms of pages."""

    def __init__(self, app):
        self.client = TestClient(app, follow_redirects=True)

    def opens(self, path):
        return self.client.get(path)

    def sends(self, path, form, page=None):
        shown = page or self.opens("/luyen-tap").text
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', shown)[1]
        return self.client.post(path, data={"csrf": token} | form)

    def enters(self, key="mot"):
        answer = self.sends("/luyen-tap/vao", {"khoa": key})
        assert answer.status_code == 200, answer.text
        return self

    def begins_a_matter(self):
        """Begin a matter by its page and return its code and number."""
        answer = self.sends(GOAL, {}, self.opens(GOAL).text)
        code = re.search(r"DAT[0-9A-Z-]{8,}", answer.text)[0]
        pin = re.search(r">\s*(\d{6})\s*<", answer.text)[1]
        return code, pin

    def begins(self, exercise):
        """Begin an exercise and return its page."""
        path = f"/luyen-tap/bai/{exercise}"
        return self.sends(path, {"lan": count(self.opens(path).text)})

    def plays(self, exercise, role="resident"):
        """Become somebody of an exercise and return the page where the work is."""
        return self.sends(f"/luyen-tap/bai/{exercise}/vai", {"vai": role})

    def asks(self, exercise, **answers):
        """Ask whether the exercise is right and return what the page says."""
        fields = {name.replace("_", "-"): value for name, value in answers.items()}
        return said(self.sends(f"/luyen-tap/bai/{exercise}/xem", fields).text)

    def lets_days_pass(self):
        """Let days pass and return what the page tells about them."""
        fields = {"lan": count(self.opens("/luyen-tap").text)}
        return said(self.sends("/luyen-tap/ngay", fields).text)

    def code_of(self, exercise):
        """Return code and number of the matter of an exercise."""
        words = said(self.opens(f"/luyen-tap/bai/{exercise}").text)
        found = re.search(r"Mã việc trong phòng tập: (\S+?)\. Số mở: (\d{6})", words)
        return found[1], found[2]

    def reopens(self, code, pin):
        return self.sends("/mo-lai", {"ma": code, "so": pin})


def count(page):
    """Return what the last form of the page carries against a second tap."""
    return re.findall(r'name="lan" value="(\d+)"', page)[-1]


def said(page):
    """Return the words of the main part of a page, in one line."""
    main = page.partition("<main")[2].partition("</main>")[0]
    words = html.unescape(re.sub(r"<[^>]+>", "", main))
    return re.sub(r"\s+", " ", words)
