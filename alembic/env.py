"""Runs the migrations on the connection that the service hands over."""

from __future__ import annotations

from alembic import context

from service.composition import installation_ring, system_clock
from service.persistence.database import connect
from service.persistence.tables.columns import metadata
from service.settings import Settings

given = context.config.attributes.get("connection")


def run(connection: object) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_as_batch=False,
    )
    with context.begin_transaction():
        context.run_migrations()


if given is not None:
    run(given)
else:
    settings = Settings()
    ring = installation_ring(settings, system_clock)
    with connect(settings.url, ring).engine.connect() as own, own.begin():
        run(own)
