"""The workbench's own colours: calm, readable for long hours, never the only sign of anything."""

from textual.theme import Theme

DARK = Theme(
    name="workbench",
    primary="#6d9fd0",
    secondary="#8a9db5",
    accent="#d0b06d",
    warning="#d9a94e",
    error="#e0736b",
    success="#7db88a",
    foreground="#d7dce2",
    background="#15191f",
    surface="#15191f",
    panel="#20262e",
    dark=True,
)
LIGHT = Theme(
    name="workbench-light",
    primary="#2c5f94",
    secondary="#56687d",
    accent="#8a6414",
    warning="#8f5f00",
    error="#a8322a",
    success="#2f6b3f",
    foreground="#22272e",
    background="#fafafa",
    surface="#fafafa",
    panel="#e9ecf0",
    dark=False,
)
