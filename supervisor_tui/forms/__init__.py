"""Forms without a screen: what is asked, what was answered, what is missing or wrong, and how typed text is read.

Modules: `questions` (what a form asks, and how far it is filled in), `kinds` (the form of each record kind, in the
chosen language), `answers` (from key presses and typed text to record fields and back), `days` (dates as people type
them), `checks` (what is wrong or missing, before saving). Used by the screens and by the
command line; nothing here knows Textual.
"""
