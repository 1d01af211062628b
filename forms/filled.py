"""What a filled form is: each field with its value and source, or why it is blank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.bindings import Conflict
from forms.definition import Block, FormEdition
from forms.marks import Mark, PayMark


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a field as printed: words of the form, a value, or room for one.

    ``width`` is the room in ems that a hand needs.
    """

    text: str
    is_value: bool
    width: float = 0


@dataclass(frozen=True, slots=True)
class FilledField:
    """One field with its value and source, or blank with the reason in words.

    ``value`` is a text as the paper shows it (lines of several persons are joined by
    newlines), or True and False for a box. ``keys`` are the facts that would fill it.
    """

    id: str
    number: str
    caption: str
    value: str | bool | None = None
    provenance: str | None = None
    blank_reason: str | None = None
    keys: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Return whether nothing is written or ticked here."""
        return self.value in {None, False}


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form edition with all its fields, what is blank, and what is to be settled.

    ``blocks`` is the body as printed: without the lists that have nothing to list.
    ``mark`` leads back to the matter or case; a blank form and a clean copy have none.
    ``payment`` is the code of a notice, when it asks just the sum printed here.
    """

    edition: FormEdition
    fields: tuple[FilledField, ...]
    rows: Mapping[str, tuple[tuple[FilledField, ...], ...]]
    conflicts: tuple[Conflict, ...] = ()
    problems: tuple[str, ...] = ()
    mark: Mark | None = None
    payment: PayMark | None = None
    by_id: Mapping[str, FilledField] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    @property
    def blanks(self) -> tuple[FilledField, ...]:
        """Return the fields that are blank, in the printed order."""
        return tuple(one for one in self.fields if one.is_blank)
