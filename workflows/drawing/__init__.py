"""Drawings as SVG and text: a procedure and a case in swim lanes, a plan by days."""

from workflows.drawing.lanes import swim_lane_svg
from workflows.drawing.mermaid import mermaid
from workflows.drawing.schedule import plan_calendar_svg
from workflows.drawing.way import case_way_svg

__all__ = ["case_way_svg", "mermaid", "plan_calendar_svg", "swim_lane_svg"]
