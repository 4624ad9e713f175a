"""What the office brings in: campaigns, templates, and tables it already has."""
