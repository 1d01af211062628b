"""The tokens of providers of texts, for gateways, which know no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from integrations.messaging.tokens import Tokens
from service.persistence.database import Database


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """A ``TokenStore`` in the database; each call is a transaction of its own."""

    database: Database

    def read(self, name: str) -> tuple[int, Tokens | None]:
        """Return the newest pair of a provider and its number."""
        with self.database.reading() as uow:
            return uow.texts.tokens(name)

    def claim(self, name: str, number: int, now: datetime, until: datetime) -> bool:
        """Let one worker renew a pair."""
        with self.database.transaction() as uow:
            return uow.texts.claim(name, number, now, until)

    def let_go(self, name: str) -> None:
        """End a claim that brought nothing."""
        with self.database.transaction() as uow:
            uow.texts.let_go(name)

    def put(self, name: str, tokens: Tokens) -> None:
        """Keep a new pair for good."""
        with self.database.transaction() as uow:
            uow.texts.keep_tokens(name, tokens)
