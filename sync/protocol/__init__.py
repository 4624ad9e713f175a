"""The protocol between laptop and store: messages, their encoding, bundles, attachments' names. See `PROTOCOL.md`."""
