"""The rules a person can read: where to go next, gates and gaps, a unit's course, random draws, hints before saving.

They are pure, and none imports a screen; `reading` gives them what a laptop's file holds.
"""
