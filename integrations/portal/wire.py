"""The envelope of the national portal's adapter, as several one-stop systems send it.

A session is opened with a user name and a password; every other request is a POST with
the session, the unit and the name of a service, and the header ``dstcode``. The code is
of 2019 to 2024 and the portal was rebuilt in 2025: the names stand here and nowhere
else. What ``error_code`` other than 0 mean nobody published; see ``portal.yaml``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, JsonValue

from integrations.messages import Heard, Message
from integrations.secrets import NONE, Secret

DESTINATION = "dstcode"
SYNCHRONISE, PROGRESS = "DongBoHoSoMC", "CapNhatTienDoHoSoMC"
LOOK_UP = "TraCuuHoSo"
CODE, STATUS = "MaHoSo", "TrangThaiHoSo"


class PortalAccount(BaseModel):
    """How the portal knows this installation, and where it is asked.

    The unit, the destination and both paths are part of the agreement.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str = ""
    password: Secret = NONE
    unit: str = ""
    destination: str = ""
    login_path: str = "/login"
    service_path: str = "/integration"

    @property
    def is_set(self) -> bool:
        """Return whether a session can be asked for."""
        return bool(self.username and self.password.get_secret_value() and self.unit)


class Login(Message):
    """Who asks for a session."""

    username: str
    password: str


class Session(Heard):
    """A session, or why there is none."""

    session: str = ""
    error_code: int
    message: str = ""


class Service(Message):
    """A request for one service of the portal."""

    session: str
    madonvi: str
    service: str
    isUpdating: bool = False  # noqa: N815  the portal's own name
    data: tuple[dict[str, JsonValue], ...] = ()


class Result(Heard):
    """What a service answers."""

    error_code: int
    message: str = ""
    result: tuple[dict[str, JsonValue], ...] = ()


class Meanings(Heard):
    """What the numbers of errors mean: the words of ``portal.yaml``."""

    session: frozenset[int]
    later: frozenset[int]


@cache
def meanings() -> Meanings:
    """Return the table, read once."""
    path = Path(__file__).with_name("portal.yaml")
    return Meanings.model_validate(yaml.safe_load(path.read_text("utf-8")))
