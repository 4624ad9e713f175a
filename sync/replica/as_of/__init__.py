"""What is asked of a campaign and as of a day: duties, participants, periods, planning."""
