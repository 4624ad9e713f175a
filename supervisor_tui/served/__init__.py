"""The workbench in a browser on this machine: textual-serve, on loopback, for whoever holds the address alone.

`doors` says who gets in, `server` runs it. Wants the extra `[browser]`; nothing else imports this room.
"""
