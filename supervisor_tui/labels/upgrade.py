"""How a value that an upgrade changed is written, on screen and on the command line alike."""

from __future__ import annotations


def moved(before: str, now: str) -> str:
    """Return what holds now, behind what held before where that differs."""
    return now if now == before else f"{before} -> {now}"
