"""The command line of the laptop's program. A command parses, calls another package, prints; no rule stands in here.

`commands` names every command and the function that does it, as text: only the command that is called is imported.
"""
