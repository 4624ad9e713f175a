"""Domain rules: whom to visit next, stage gates, gaps, trends of a unit, random draws, hints before saving.

Pure functions without screens; `reading` gives them what a laptop's file holds.
"""
