"""The inside of the interpreter; ``workflows.statechart`` is its only door.

``structure`` is the bare tree of states, ``rules`` what the states answer, ``run`` one
event from choice to rest, ``values`` what goes in and comes out, ``walk`` every
configuration that can be reached.
"""
