"""Screens that ask one question and close with the answer."""
