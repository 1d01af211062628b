"""Collects every Vietnamese text that a page may show, for the catalogues.

Templates say theirs in ``trans`` and ``_``; the packages of the law and the other data
under the keys that people read; the modules of the program as constants.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml
from babel.messages.extract import extract_from_dir

from service.translations.catalogue import tidy

ROOT = Path(__file__).parents[2]
# Where the program speaks to people who read pages.
_SPEAKING = ("service/auth", "service/usecases", "service/web", "workflows", "forms")
_SILENT = ("workflows/law", "workflows/lint", "forms/pdf")
_DATA = ("workflows/data", "service")
# The keys of the data whose texts people read; to YAML, yes and no are true and false.
_SHOWN = {
    *("ask", "citizen", "clear", "example", "get_it", "help", "how_to_find", "label"),
    *("legal", "meaning", "message", "name", "notice", "official_name", "reason"),
    *("hint", "say", "show", "summary", "text", "title", "topic", "unclear"),
    *("unknown", "unknown_help", "who", True, False, "yes", "no"),
    *("do", "kept", "pages_ask", "portal"),
    # The exercises of the practice mode.
    *("missing", "person", "says", "solution", "story", "tasks", "wrong"),
}
# Parts of the data in which everything is said to people, under whatever key.
_SAID = {"outcomes", "purposes", "refusals", "scopes", "sentences", "unknown"}
# What a form says to whoever fills it in; the rest of it is the form's own words.
_ON_FORMS = {"notice", "never_prefill"}
_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_VIETNAMESE = re.compile(f"[{_LETTERS}]", re.IGNORECASE)
# A text with these is an expression for a machine.
_EXPRESSION = re.compile(r"\\|\(\?|\)\?|\]\{")


def vietnamese(text: str) -> bool:
    """Return whether a text has a letter that only Vietnamese uses."""
    return _VIETNAMESE.search(text) is not None


@cache
def sources() -> Mapping[str, set[str]]:
    """Return each text with the files that say it; they are all read once."""
    found: dict[str, set[str]] = {}
    for text, where in (*_of_templates(), *_of_data(), *_of_modules()):
        found.setdefault(text, set()).add(where)
    return found


def _of_templates() -> Iterator[tuple[str, str]]:
    folder = ROOT / "service/web/templates"
    options = {"**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
    for name, _, message, *_ in extract_from_dir(
        folder, [("**.html", "jinja2")], options
    ):
        yield str(message), f"service/web/templates/{name}"


def _of_data() -> Iterator[tuple[str, str]]:
    for folder in _DATA:
        yield from _of_folder(folder, _SHOWN, _SAID)
    yield from _of_folder("forms/editions", _ON_FORMS, set())


def _of_folder(
    folder: str, keys: Collection[object], parts: Collection[object]
) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / folder).rglob("*.yaml")):
        where = str(path.relative_to(ROOT))
        for document in yaml.safe_load_all(path.read_text("utf-8")):
            for text in _shown(document, keys, parts):
                yield text, where


def _shown(
    part: object,
    keys: Collection[object],
    parts: Collection[object],
    *,
    shown: bool = False,
    whole: bool = False,
) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            all_ = whole or key in parts
            yield from _shown(value, keys, parts, shown=all_ or key in keys, whole=all_)
    elif isinstance(part, list):
        for value in part:
            yield from _shown(value, keys, parts, shown=shown, whole=whole)
    elif isinstance(part, str) and shown and vietnamese(part):
        yield tidy(part)


def _of_modules() -> Iterator[tuple[str, str]]:
    for folder in _SPEAKING:
        for path in sorted((ROOT / folder).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            if not where.startswith(_SILENT):
                tree = ast.parse(path.read_text("utf-8"))
                yield from ((text, where) for text in _constants(tree))


def _constants(tree: ast.Module) -> Iterator[str]:
    """Return the texts of a module; an f-string becomes a text with numbered places."""
    inside = (
        piece
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for piece in node.values
    )
    unspoken = {id(node) for node in (*inside, *_docstrings(tree))}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = _with_places(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = "" if id(node) in unspoken else node.value
        else:
            continue
        if vietnamese(text) and not _EXPRESSION.search(text):
            yield tidy(text)


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr):
                yield first.value


def _with_places(node: ast.JoinedStr) -> str:
    text, places = "", 0
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            text += str(piece.value)
        else:
            text += f"{{{places}}}"
            places += 1
    return text
