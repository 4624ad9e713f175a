"""What held on which day: duties, participation, parents, rulings over governed follow-ups. Pure."""
