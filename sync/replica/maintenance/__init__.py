"""Looking after a laptop's file: rebuild, verify, backup."""
