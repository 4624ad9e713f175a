"""Screens of a profile: first run, passphrase, unlocking."""
