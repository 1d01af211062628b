"""Reads the forms of a page as a browser does, and what a page is made of."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_NO_WORDS = {"hidden", "submit", "button", "image", "file", "checkbox", "radio"}


@dataclass
class Field:
    """One control: what kind it is, and what it holds or offers."""

    name: str
    kind: str
    value: str = ""
    numeric: bool = False
    offered: list = field(default_factory=list)

    @property
    def is_text(self):
        return self.kind not in _NO_WORDS | {"select", "date"} and not self.numeric


@dataclass
class Form:
    """A form: where it is sent, how, and its controls."""

    action: str
    method: str
    files: bool
    fields: list = field(default_factory=list)

    def filled(self, words):
        """Return what is sent when each field for words gets these, others theirs."""
        sent = {}
        for each in self.fields:
            if each.is_text:
                sent[each.name] = words
            elif each.kind in {"radio", "checkbox"}:
                sent.setdefault(each.name, each.value or "on")
            elif each.kind == "select":
                sent[each.name] = next((one for one in each.offered if one), "")
            elif each.kind == "date":
                sent[each.name] = "2026-11-26"
            else:
                sent[each.name] = each.value or ("1" if each.numeric else "")
        return sent


class Page(HTMLParser):
    """A page as it was parsed: forms, links, tags, names of attributes, text."""

    def __init__(self, path, text):
        super().__init__()
        self.path, self.forms, self.links = path, [], []
        self.tags, self.attributes, self.words = set(), set(), []
        self._form = None
        self._quiet = 0
        self.feed(text)
        self.close()

    @property
    def text(self):
        return " ".join(self.words)

    def handle_starttag(self, tag, attrs):
        told = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes |= told.keys()
        self.words += [told[name] for name in ("value", "title") if name in told]
        if tag == "a" and "href" in told:
            self.links.append(urljoin(self.path, told["href"]))
        elif tag == "form":
            action = urljoin(self.path, told.get("action") or self.path)
            files = told.get("enctype", "").startswith("multipart")
            self._form = Form(action, told.get("method", "get").lower(), files)
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, told)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None

    def handle_data(self, data):
        self.words.append(data)

    def _control(self, tag, told):
        fields = self._form.fields
        if tag == "option" and fields and fields[-1].kind == "select":
            fields[-1].offered.append(told.get("value", ""))
        elif tag in {"input", "textarea", "select", "button"} and told.get("name"):
            kind = told.get("type", "text") if tag in {"input", "button"} else tag
            kind = "button" if tag == "button" else kind
            numeric = kind == "number" or told.get("inputmode") in {
                "numeric",
                "decimal",
            }
            fields.append(Field(told["name"], kind, told.get("value", ""), numeric))
