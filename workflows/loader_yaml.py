"""Reads YAML by the core rules of version 1.2, with the place of every part.

Only ``true`` and ``false`` are booleans, so ``on`` and ``no`` stay text. A key that
stands twice, a key that is not text and an unquoted fraction are refused, each with its
file and line.
"""

from __future__ import annotations

import re
from datetime import date

import yaml

from workflows.law.findings import Finding, at
from workflows.law.located import LocatedList, LocatedMap, Node, Place

_TEXT = "tag:yaml.org,2002:str"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class UnreadableError(Exception):
    """A file that cannot be read as data; ``finding`` says where and why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(str(finding))


class _CoreLoader(yaml.CSafeLoader):
    """Composes nodes; a plain scalar is tagged by the rules below, else it is text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  the name and shape are PyYAML's


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("timestamp", _DAY.pattern, "0123456789"),
):
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(f"^(?:{_pattern})$"),
        ["" if letter == "\0" else letter for letter in _first],
    )


def read_yaml(text: str, file: str) -> LocatedMap:
    """Return the one mapping of a YAML file, with places; raise UnreadableError."""
    loader = _CoreLoader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UnreadableError(
            Finding(file, line, "yaml", error.problem or "not YAML")
        ) from error
    finally:
        loader.dispose()
    if not isinstance(root, yaml.MappingNode):
        raise UnreadableError(Finding(file, 1, "yaml", "the file must hold a mapping"))
    return _map(root, file)


def _node(node: yaml.Node, file: str) -> Node:
    if isinstance(node, yaml.MappingNode):
        return _map(node, file)
    if isinstance(node, yaml.SequenceNode):
        items = LocatedList(_place(node, file))
        for item in node.value:
            items.add(_node(item, file), _place(item, file))
        return items
    return _scalar(node, file)


def _map(node: yaml.MappingNode, file: str) -> LocatedMap:
    entries = LocatedMap(_place(node, file))
    for key_node, value_node in node.value:
        place = _place(key_node, file)
        if key_node.tag != _TEXT:
            text = f"the key {key_node.value!r} must be text: put it in quotes"
            raise UnreadableError(at(place, "key-not-text", text))
        if key_node.value in entries:
            text = f"the key {key_node.value!r} stands twice"
            raise UnreadableError(at(place, "duplicate-key", text))
        entries.put(key_node.value, _node(value_node, file), place)
    return entries


def _scalar(node: yaml.Node, file: str) -> Node:
    text = str(node.value)
    match node.tag.removeprefix("tag:yaml.org,2002:"):
        case "str":
            return text
        case "bool":
            return text.lower() == "true"
        case "int":
            return int(text)
        case "null":
            return None
        case "timestamp":
            return _day(text, _place(node, file))
        case "float":
            wrong = f"the figure {text} must be in quotes, so that it stays exact"
            raise UnreadableError(at(_place(node, file), "figure-unquoted", wrong))
        case tag:
            wrong = f"the tag {tag!r} has no meaning here"
            raise UnreadableError(at(_place(node, file), "yaml", wrong))


def _day(text: str, place: Place) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        wrong = f"{text} is no day of the calendar"
        raise UnreadableError(at(place, "yaml", wrong)) from error


def _place(node: yaml.Node, file: str) -> Place:
    return Place(file, node.start_mark.line + 1)
