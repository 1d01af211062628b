"""Tables of what crosses the border to the outside offices."""

from __future__ import annotations
