"""Parts used by two screens or more. Lists and lines are drawn line by line: a widget a row costs seconds."""
