"""What the machine gives: files and their faults, private folders, crash reports."""
