"""The store's log: entries in and out, receipts, revisions, verification, attachments."""
