"""What sending texts needs to keep: the tokens of providers, how many went where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, or_, select, update

from integrations.messaging.tokens import Tokens
from service.persistence.sealing import placed
from service.persistence.tables.exchange import channel_token, texts_sent
from service.persistence.upsert import put


@dataclass(frozen=True, slots=True)
class Texts:
    """Queries about providers of texts, inside one transaction."""

    connection: Connection

    def tokens(self, name: str) -> tuple[int, Tokens | None]:
        """Return the newest pair of a provider and its number."""
        table = channel_token
        found = self.connection.execute(select(table).where(table.c.name == name))
        row = found.mappings().first()
        if row is None or row["ends_at"] is None:
            return 0, None
        pair = Tokens(row["access"], row["refresh"], row["ends_at"], row["mark"])
        return row["number"], pair

    def claim(self, name: str, number: int, now: datetime, until: datetime) -> bool:
        """Let one worker renew a pair: False while another does, or when it is old."""
        table = channel_token.c
        none_yet = {"number": 0, "access": "", "refresh": "", "mark": ""}
        put(self.connection, channel_token, {"name": name}, none_yet, replace=False)
        claimed = self.connection.execute(
            update(channel_token)
            .where(table.name == name, table.number == number)
            .where(or_(table.claimed_until.is_(None), table.claimed_until <= now))
            .values(claimed_until=until)
        )
        return claimed.rowcount == 1

    def let_go(self, name: str) -> None:
        """End a claim that brought nothing."""
        self.connection.execute(
            update(channel_token)
            .where(channel_token.c.name == name)
            .values(claimed_until=None)
        )

    def keep_tokens(self, name: str, tokens: Tokens) -> None:
        """Keep a new pair under the next number, and end the claim."""
        self.connection.execute(
            update(channel_token)
            .where(channel_token.c.name == name)
            .values(
                placed(
                    channel_token,
                    {
                        "access": tokens.access,
                        "refresh": tokens.refresh,
                        "ends_at": tokens.ends_at,
                        "mark": tokens.mark,
                        "number": channel_token.c.number + 1,
                        "claimed_until": None,
                    },
                    {"name": name},
                )
            )
        )

    def sent(self, address: str, day: date) -> int:
        """Return how many texts went to an address, named by its sum, on a day."""
        table = texts_sent.c
        found = self.connection.execute(
            select(table.count).where(table.address == address, table.day == day)
        )
        return found.scalar() or 0

    def count(self, address: str, day: date) -> None:
        """Count one more."""
        key = {"address": address, "day": day}
        put(self.connection, texts_sent, key, {"count": 0}, replace=False)
        table = texts_sent.c
        self.connection.execute(
            update(texts_sent)
            .where(table.address == address, table.day == day)
            .values(count=table.count + 1)
        )
