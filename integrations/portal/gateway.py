"""The live national portal: a session, then one POST for each service."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from integrations.errors import OfficeRefusedError, OfficeUnavailableError
from integrations.http import Line, OfficeClient
from integrations.messages import Acknowledgement, PortalDossier, PortalRecord
from integrations.portal.wire import (
    CODE,
    DESTINATION,
    LOOK_UP,
    PROGRESS,
    STATUS,
    SYNCHRONISE,
    Login,
    PortalAccount,
    Result,
    Service,
    Session,
    meanings,
)
from integrations.ports import NationalPortal
from integrations.unconfigured import Gateway

PORTAL = "portal"


@dataclass(slots=True)
class PortalGateway:
    """Keeps one session and opens another when the portal has ended it."""

    client: OfficeClient
    account: PortalAccount
    _session: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> str:
        """Open a session: that proves address and password."""
        self._open(ended="")
        return f"{PORTAL}: lets us in at {self.client.line.address}"

    def synchronise(self, record: PortalRecord, *, key: str) -> Acknowledgement:
        """Send the dossier as it stands, then the step of work; a repeat is harmless.

        The portal knows no keys. It keeps one dossier by its code and replaces it, so
        the same state twice changes nothing; the step carries the instant it was made.
        """
        self._ask(SYNCHRONISE, key, record.dossier, updating=True)
        self._ask(PROGRESS, key, record.progress)
        return Acknowledgement(reference=record.code)

    def look_up(self, code: str) -> PortalDossier | None:
        """Return the status that the portal has of a dossier."""
        found = self._ask(LOOK_UP, f"look-up-{code}", {CODE: code}).result
        mine = [each for each in found if each.get(CODE) == code]
        if not mine:
            return None
        return PortalDossier(code=code, status=str(mine[-1].get(STATUS, "")))

    def _ask(
        self,
        service: str,
        key: str,
        body: Mapping[str, JsonValue],
        *,
        updating: bool = False,
    ) -> Result:
        session = self._session or self._open(ended="")
        answer = self._post(session, service, key, body, updating=updating)
        if answer.error_code in meanings().session:
            session = self._open(ended=session)
            answer = self._post(session, service, key, body, updating=updating)
        said = f"{service}: error {answer.error_code} {answer.message}".strip()
        if answer.error_code in meanings().later | meanings().session:
            raise OfficeUnavailableError(PORTAL, said)
        if answer.error_code != 0:
            raise OfficeRefusedError(PORTAL, said)
        return answer

    def _post(
        self,
        session: str,
        service: str,
        key: str,
        body: Mapping[str, JsonValue],
        *,
        updating: bool,
    ) -> Result:
        asked = Service.model_validate(
            {
                "session": session,
                "madonvi": self.account.unit,
                "service": service,
                "isUpdating": updating,
                "data": [dict(body)],
            }
        )
        return self.client.post(
            self.account.service_path,
            Result,
            key=key,
            body=asked.model_dump_json().encode(),
            headers=self._headers(),
        )

    def _open(self, ended: str) -> str:
        """Return a session other than the one that ended; one caller opens it."""
        with self._lock:
            if self._session and self._session != ended:
                return self._session
            wanted = Login(
                username=self.account.username,
                password=self.account.password.get_secret_value(),
            )
            answer = self.client.post(
                self.account.login_path,
                Session,
                key="",
                body=wanted.model_dump_json().encode(),
                headers=self._headers(),
            )
            if answer.error_code in meanings().later:
                raise OfficeUnavailableError(PORTAL, f"login: {answer.error_code}")
            if answer.error_code != 0 or not answer.session:
                raise OfficeRefusedError(PORTAL, f"login: error {answer.error_code}")
            self._session = answer.session
            return self._session

    def _headers(self) -> dict[str, str]:
        return {
            DESTINATION: self.account.destination,
            "content-type": "application/json",
        }


class NotConnected(Gateway):
    """A portal that no agreement was made with; the one-stop system tells it."""

    def synchronise(self, record: PortalRecord, *, key: str) -> Acknowledgement:
        """Refuse, naming what is missing."""
        del record, key
        self.refuse()

    def look_up(self, code: str) -> PortalDossier | None:
        """Refuse, naming what is missing."""
        del code
        self.refuse()


def connect(line: Line | None, account: PortalAccount) -> NationalPortal:
    """Return the gateway; without a line and an account one that says so."""
    if line is None or not account.is_set:
        return NotConnected(
            PORTAL,
            "no agreement on the synchronisation service;"
            " the one-stop system tells the portal",
        )
    return PortalGateway(OfficeClient(line), account)
