"""Widgets used by two screens or more. Lists draw their lines themselves: one widget for each row costs seconds."""
