"""What lists, cards, search and registers read; called through `sync.replica.query`."""
