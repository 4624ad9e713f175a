"""The command line of the laptop's program. It parses, calls a room, prints; no rule stands in here.

`parser` names every command and the function that does it, as text: only the command that is called is imported.
"""
