"""The live sign-in by the State's identity; it needs a registered client."""

from __future__ import annotations

from integrations.messages import Identity
from integrations.unconfigured import Gateway


class IdentityGateway(Gateway):
    """OpenID Connect at the national identity provider."""

    def sign_in_address(self, state: str, nonce: str) -> str:
        """Refuse, naming what is missing."""
        del state, nonce
        self.refuse()

    def identify(self, code: str, nonce: str) -> Identity:
        """Refuse, naming what is missing."""
        del code, nonce
        self.refuse()


def connect(address: str) -> IdentityGateway:
    """Return the gateway."""
    return IdentityGateway(
        "identity",
        "no client is registered at the national identity provider;"
        " people open their matter by code and pin",
        address,
    )
