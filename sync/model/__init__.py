"""What is recorded and by which rules: kinds, fields, templates, the steps of a follow-up, days. Pure."""
