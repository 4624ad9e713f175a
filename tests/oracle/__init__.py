"""An oracle: every figure of the brief, computed from exported entries alone, by code that is none of the program's.

It reads `supervisor-tui export entries` with `json` and `hashlib`, and follows the rules of days, campaigns and states
in plain loops. It imports nothing of the program, on purpose: what both have in common could be wrong in both.
"""
