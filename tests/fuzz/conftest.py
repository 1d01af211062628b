"""The world of the access tests, asked otherwise."""

from tests.access.conftest import kept, made_world, world

__all__ = ["kept", "made_world", "world"]
