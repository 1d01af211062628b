"""Drawings as SVG and text: a procedure in swim lanes, a plan on the calendar."""

from workflows.drawing.lanes import swim_lane_svg
from workflows.drawing.mermaid import mermaid
from workflows.drawing.schedule import plan_calendar_svg

__all__ = ["mermaid", "plan_calendar_svg", "swim_lane_svg"]
