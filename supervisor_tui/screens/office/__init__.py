"""The office's screens: assignments, gates, reviews, quarantine, briefs."""
