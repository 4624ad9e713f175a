"""What the terminal is to the workbench: text that is safe to draw, colours, keys in order, its end."""
