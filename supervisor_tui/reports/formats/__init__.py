"""The formats a document is written in."""
