"""One screen a file: layout and messages. A screen is imported when it is first opened; only the first at start."""
