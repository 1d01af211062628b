"""Measurements: each is a ratio to a baseline that is taken in the same run.

One module a subject, with ``measure(effort) -> Iterator[Measure]``; nothing leaves
loopback, and what a measurement needs on disk lies in a temporary folder.
"""
