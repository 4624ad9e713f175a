"""The workbench in a browser on this machine: textual-serve, on loopback, only for who has the whole address.

`doors` checks who may connect, `server` runs it. Needs the extra `[browser]`; no other package imports this one.
"""
