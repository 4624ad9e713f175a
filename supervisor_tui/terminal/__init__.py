"""The terminal: text that is safe to draw, colours, keys in the order typed, and what happens when it closes."""
