"""An identity provider in process, with made-up people."""

from __future__ import annotations

from dataclasses import dataclass, field

from integrations.errors import OfficeRefusedError
from integrations.messages import Identity
from integrations.twin import TRIAL, Twin


@dataclass(slots=True)
class IdentitySandbox:
    """A twin of the identity provider: a code names one of its made-up people."""

    twin: Twin
    people: dict[str, Identity] = field(default_factory=dict)

    def check(self) -> str:
        """Return that this is only a trial."""
        return self.twin.check()

    def sign_in_address(self, state: str, nonce: str) -> str:
        """Return the address of the practice page."""
        return f"/thu-nghiem/dang-nhap?state={state}&nonce={nonce}"

    def identify(self, code: str, nonce: str) -> Identity:
        """Return the made-up person; raise OfficeRefusedError for an unknown code."""
        del nonce
        if code not in self.people:
            raise OfficeRefusedError("identity", "unknown code")
        return self.people[code].model_copy(update={"note": TRIAL})
