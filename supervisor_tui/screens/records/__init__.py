"""Lists of units and follow-ups, files of units, records, search, conflicts."""
