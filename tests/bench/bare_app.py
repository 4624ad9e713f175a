"""The floor under `start`: a bare Textual app with Header, Footer and one Static."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Static


class Bare(App[None]):
    """Nothing but the frame."""

    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012 - Textual's own form
    TITLE = "bare app"

    def compose(self) -> ComposeResult:
        """Header, one text, footer."""
        yield Header()
        yield Static("everything stands")
        yield Footer()


if __name__ == "__main__":
    Bare().run()
