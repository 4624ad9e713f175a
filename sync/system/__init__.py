"""The operating system and SQLite: files and their faults, private folders, crash reports, fault points for tests."""
