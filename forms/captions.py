"""Reads the official wording of the papers: what each edition is held against.

A captions file stands in ``captions`` under the folder and the name of its edition
file and is typed from the text of the instrument, never from the edition. It is data of
the product: the page of the forms shows it beside the edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, ValidationError

from forms.definition import FormSource
from forms.errors import EditionInvalidError
from forms.loader import EDITIONS, editions_by_file, read_mapping
from workflows.definition import Strict

CAPTIONS = Path(__file__).parent / "captions"
# A numbered code of a form, as tax returns print it.
CODE = re.compile(r"\[\d+[a-z]?(?:\.\d+)*\]")


def _lines(raw: object) -> object:
    """Split a text into its lines; blank ones only part them for the eye."""
    if not isinstance(raw, str):
        return raw
    return tuple(line.strip() for line in raw.splitlines() if line.strip())


Lines: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_lines)]


class Pages(Strict):
    """How many pages the paper has.

    ``official`` is what the instrument prints, where that was seen; ``blank`` and
    ``typical`` are ours, as they were approved by eye.
    """

    blank: int = Field(ge=1)
    typical: int = Field(ge=1)
    official: int | None = Field(default=None, ge=1)
    note: str = ""


class Captions(Strict):
    """The whole wording of one blank paper, and where it was seen.

    ``words`` are its lines in the printed order; rules, dots and boxes do not count.
    ``header`` are those of them that stand in the top quarter of the first page, and
    ``missing`` what of the official paper nobody has seen.
    """

    form: str
    source: FormSource
    pages: Pages
    header: Lines
    words: Lines
    missing: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the numbered codes of the form in the printed order, each once."""
        return tuple(dict.fromkeys(CODE.findall("\n".join(self.words))))


@cache
def load_captions(
    root: Path = CAPTIONS, editions: Path = EDITIONS
) -> Mapping[str, Captions]:
    """Return the official wording by the name of the edition (``FormEdition.edition``).

    An edition whose wording nobody typed yet is not there. Raises
    ``EditionInvalidError`` naming the file that breaks the format.
    """
    return {
        edition.edition: captions
        for file, captions in captions_by_file(root).items()
        for edition in editions_by_file(editions).get(file, ())
    }


@cache
def captions_by_file(root: Path = CAPTIONS) -> Mapping[str, Captions]:
    """Return the wording by folder and name of its file, which the edition shares."""
    return dict(_read(root))


def _read(root: Path) -> Iterator[tuple[str, Captions]]:
    for path in sorted(root.glob("*/*.yaml")):
        file = path.relative_to(root).as_posix()
        try:
            yield file, Captions.model_validate(read_mapping(path, root))
        except ValidationError as error:
            raise EditionInvalidError(f"{file}: {error}") from error
