"""Who may do what: permissions, verdicts on entries, gates, scopes."""
