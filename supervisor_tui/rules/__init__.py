"""The rules a person can read: where to go next, random draws, hints before saving. Pure; none imports a screen."""
