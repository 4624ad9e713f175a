"""Files on the laptop: profiles, attachments opened or saved, rescue copies of a damaged profile."""
