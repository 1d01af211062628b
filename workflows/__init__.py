"""The domain: vocabulary, facts, procedures as data, statechart, plan, dates, money.

Pure: nothing in this room does I/O (but ``loader``), reads a clock or draws a number.
"""
