"""Every text that a page may show has its English; no catalogue holds a dead one."""

import re
from collections import defaultdict

import pytest
from jinja2 import Environment, nodes

from service.translations.catalogue import (
    HERE,
    LANGUAGES,
    SOURCE,
    Catalogue,
    counted,
    translations,
)
from service.translations.sources import ROOT, vietnamese
from service.translations.update import missing, written

TRANSLATED = [each for each in LANGUAGES if each != SOURCE]
PLACE = re.compile(r"\{\w+\}")
PLACES = re.compile(r"\{\w+\}|%\(\w+\)s|<\w+")
# A value for every place that counts something.
SEVENS = defaultdict(lambda: 7)
TEMPLATES = ROOT / "service/web/templates"
# The desks of the offices and of the administrator speak Vietnamese.
OF_OFFICES = ("clerk/", "law/", "administrator/")
# What the words of a template stand in; a name that is the same in every language.
I18N = {"_", "gettext", "ngettext"}
NAME = re.compile(r"\bDắt\b|\bĐắk Lắk\b")


def test_every_text_has_its_english():
    assert missing("en") == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_and_marks_of_its_source(language):
    def places(text):
        return sorted(match[0] for match in PLACES.finditer(text))

    assert [
        source
        for source, translated in translations(language).items()
        if places(source) != places(translated)
    ] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_file_holds_every_text_and_nothing_that_is_no_longer_said(language):
    assert (HERE / f"{language}.po").read_bytes() == written(language)


def test_every_pattern_is_recognised_as_itself_and_not_by_another():
    known = translations("en")
    catalogue = Catalogue(known)
    filled = {
        source: PLACE.sub("7", source) for source in known if PLACE.search(source)
    }

    assert [
        (source, catalogue.find(text))
        for source, text in filled.items()
        if catalogue.find(text) != PLACE.sub("7", counted(known[source], SEVENS))
        and text not in known
    ] == []


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(TEMPLATES.rglob("*.html"))
        if not str(path.relative_to(TEMPLATES)).startswith(OF_OFFICES)
    ],
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_every_word_of_a_template_may_be_translated(path):
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    tree = environment.parse(path.read_text("utf-8"))
    wrapped = {
        id(word)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in I18N
        for word in call.find_all(nodes.Const)
    }
    words = [
        word.value
        for word in tree.find_all(nodes.Const)
        if isinstance(word.value, str) and id(word) not in wrapped
    ]
    plain = [piece.data for piece in tree.find_all(nodes.TemplateData)]

    assert [said for said in (*words, *plain) if vietnamese(NAME.sub("", said))] == []
