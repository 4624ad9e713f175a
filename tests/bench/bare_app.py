"""The floor under `start` and `keys`: a bare Textual app with Header, Footer and one Static, redrawn at every key."""

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Static


class Bare(App[None]):
    """Nothing but the frame and one line."""

    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012 - Textual's own form
    TITLE = "bare app"
    keys = 0

    def compose(self) -> ComposeResult:
        """Header, one text, footer."""
        yield Header()
        yield Static("everything stands")
        yield Footer()

    def on_key(self, event: events.Key) -> None:
        """Draw the line again."""
        self.keys += 1
        self.query_one(Static).update(f"everything stands, {self.keys} keys, the last of them {event.key}")


if __name__ == "__main__":
    Bare().run()
