"""Values of the domain as display text, for screens, commands and reports. Knows nothing of Textual."""
