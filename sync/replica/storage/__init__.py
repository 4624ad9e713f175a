"""A laptop's file as SQLite has it: opening, tables, encryption, checkpoints."""
