"""What is left in Vietnamese on a page of somebody who reads English."""

import re

from sqlalchemy import select

from service.persistence.tables.matters import fact
from service.translations.sources import vietnamese
from tests.browser.people import Person
from tests.browser.scenes import Scene

# Desks of offices and of the administrator speak Vietnamese. Where a value comes from
# is not yet said in English when two sources differ.
VIETNAMESE_STILL = (
    *("form, at the desk", "new number", "rights, requests", "rights, answer"),
    *("form, two words", "form, no choice"),
)

# What a reader sees or hears, but for what is marked as Vietnamese; and of this what
# nobody has translated. Words of the law, a form, the counter are official; typed are
# those of people.
SAID = """() => {
    const titled = document.title.replace(/ – Dắt$/, "");
    const official = [...document.querySelectorAll(".official")];
    const said = official.some(each => each.textContent === titled) ? [] : [titled];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.parentElement;
        if (!at.closest(".official, .typed, script, style, textarea"))
            said.push(node.data);
    }
    for (const at of document.querySelectorAll("[aria-label], [placeholder], [alt]"))
        if (!at.closest(".official"))
            for (const name of ["aria-label", "placeholder", "alt"])
                said.push(at.getAttribute(name) ?? "");
    return said.map(text => text.trim()).filter(text => text);
}"""
_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


def reads_english(name: str) -> bool:
    """Return whether the page of this name is to be in English for who reads it."""
    return not name.startswith(VIETNAMESE_STILL)


def left_in_vietnamese(scene: Scene, person: Person) -> list[str]:
    """Return the texts of the page, read again in English, that nobody translated."""
    address = person.page.url
    person.context.add_cookies(
        [{"name": "dat_lang", "value": "en", "url": scene.town.address}]
    )
    # A page that is already open would only be scrolled to the place after the #.
    person.page.goto(address.partition("#")[0])
    said = person.page.evaluate(SAID)
    person.context.clear_cookies(name="dat_lang")
    own = _own_words(scene)
    return [text for text in said if text not in own and not_english(text)]


def not_english(text):
    """Return whether a word is Vietnamese that is no name: those have capitals.

    What stands in quotation marks is quoted from a paper.
    """
    words = _WORD.findall(_QUOTED.sub("", text))
    return any(vietnamese(word) and word[0].islower() and word != "đ" for word in words)


def _own_words(scene):
    """Return what people typed: it is in their own words, in every language."""
    with scene.town.desk.database.engine.connect() as connection:
        facts = connection.execute(select(fact.c.value)).scalars()
        accounts = connection.exec_driver_sql(
            "SELECT display_name FROM account"
        ).scalars()
        teams = connection.exec_driver_sql("SELECT name FROM team").scalars()
        return {str(each).strip('"') for each in (*facts, *accounts, *teams)}
