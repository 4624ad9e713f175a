"""Work beside the screens: in threads, with progress and an end."""
