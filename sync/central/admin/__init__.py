"""What an administrator does: staff, quarantine, readmission, backup, participation."""
