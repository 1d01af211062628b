"""The kinds of office that a province has: the words of the data beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from workflows.definition import Mark

_DATA = Path(__file__).with_name("offices.yaml")


class SignsHimself(BaseModel):
    """Why who signs at such offices hands it to nobody, and where that stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str
    at: str
    mark: Mark


class OfficeKind(BaseModel):
    """A kind of office; ``plays`` are the kinds of the packages that it stands for.

    ``seed`` is the name of such an office of a commune, None when communes have none;
    ``signs_himself`` is None where signing may be handed to somebody else on paper.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    plays: tuple[str, ...]
    seed: str | None = None
    signs_himself: SignsHimself | None = None


@cache
def office_kinds() -> Mapping[str, OfficeKind]:
    """Return every kind by its id, read once; a wrong file is an error."""
    raw = yaml.safe_load(_DATA.read_text("utf-8"))["kinds"]
    return {name: OfficeKind.model_validate(each) for name, each in raw.items()}
