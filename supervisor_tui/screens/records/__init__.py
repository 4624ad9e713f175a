"""Screens that show records: lists of units and follow-ups, unit files, single records, search, conflicts."""
