"""A mistake in the data of the law: where it stands, and which rule it breaks."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.law.located import Place


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake: file and line, the id of the rule, and a sentence for a person."""

    file: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text} [{self.rule}]"

    def to_json(self) -> dict[str, object]:
        """Return the finding as ``dat packs check --json`` prints it."""
        return {
            "file": self.file,
            "line": self.line,
            "rule": self.rule,
            "text": self.text,
        }


def at(place: Place, rule: str, text: str) -> Finding:
    """Return the finding for a place."""
    return Finding(place.file, place.line, rule, text)
