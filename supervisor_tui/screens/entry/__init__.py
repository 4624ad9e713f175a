"""Forms in which records are written."""
