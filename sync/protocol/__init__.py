"""What goes between a laptop and the store: messages, their encoding, bundles, attachments' names."""
