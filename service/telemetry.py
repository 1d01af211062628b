"""Traces by OpenTelemetry: an extra of the installation, off unless it is asked for.

A span holds names of the program and the id of the request, nothing that somebody
typed. While it is off a span costs nothing and the extra need not be installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

_NAME = "dat"


class Span(Protocol):
    """What a part of the work says of itself while it lasts."""

    def tell(self, **names: str | int) -> None:
        """Add what is known only now."""
        ...


class _Nothing:
    def tell(self, **names: str | int) -> None:
        """Keep nothing."""


class _Told:
    def __init__(self, span: object) -> None:
        self._span = span

    def tell(self, **names: str | int) -> None:
        """Add the names under the prefix of the program."""
        for name, value in names.items():
            self._span.set_attribute(f"{_NAME}.{name}", value)  # type: ignore[attr-defined]


class _Switch:
    """Whether spans are made in this process, and by what."""

    tracer: Tracer | None = None


def send_to(exporter: SpanExporter, *, at_once: bool = False) -> None:
    """Send spans of this process to an exporter from now on; ``at_once`` for tests."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import (  # noqa: PLC0415
        BatchSpanProcessor,
        SimpleSpanProcessor,
    )

    provider = TracerProvider(resource=Resource.create({"service.name": _NAME}))
    processor = SimpleSpanProcessor if at_once else BatchSpanProcessor
    provider.add_span_processor(processor(exporter))
    _Switch.tracer = provider.get_tracer(_NAME)


def send_by_otlp(address: str) -> None:
    """Send spans to a collector at the address, by OTLP over HTTP."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )

    send_to(OTLPSpanExporter(endpoint=address))


def stop() -> None:
    """Make no spans any more."""
    _Switch.tracer = None


@contextmanager
def span(name: str, **names: str | int) -> Iterator[Span]:
    """Make a span of what happens inside; an exception is told by its type alone."""
    tracer = _Switch.tracer
    if tracer is None:
        yield _Nothing()
        return
    with tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    ) as made:
        told = _Told(made)
        told.tell(**names)
        try:
            yield told
        except Exception as error:
            told.tell(error=type(error).__name__)
            raise
