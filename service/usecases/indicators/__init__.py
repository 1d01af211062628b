"""The figures of a period: on-time rate by indicator 2.1 and what else is counted."""
