"""The README's picture: `python -m tests.picture [FILE]` draws the workbench over the sample district as an SVG.

Every wide character gets its own place, and no font is fetched from anywhere, so that the picture is aligned in
viewers that know neither `textLength` nor the font.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from fixtures.people import demo_people
from fixtures.play import play
from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language
from supervisor_tui.terminal.text import cells
from sync.client.session import exchange
from sync.replica import Replica
from tests.days import this_day
from tests.store import District, serving

FILE = Path(__file__).parent.parent / ".readme" / "workbench.svg"
SIZE = (120, 34)
_CELL = 12.2  # px, as Rich draws
_TEXT = re.compile(
    r'<text class="(?P<style>[\w-]+-r\d+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)"[^>]*>(?P<text>[^<]*)</text>'
)
_RUNS = re.compile(r"[\u2e80-\uffff]|[^\s\u00a0\u2e80-\uffff]+")


async def _screenshot(path: Path) -> str:
    app = WorkbenchApp(path, Replica.open(path))
    app.title = "supervisor-tui"
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f9", *"yhsc", "enter")
        await pilot.pause(0.3)
        await pilot.press("tab")
        await pilot.pause(0.3)
        return app.export_screenshot(title="supervisor-tui")


def _placed(match: re.Match[str]) -> str:
    """One run of text as its words and wide characters, each where its cells are."""
    text = html.unescape(match["text"])
    words = []
    for run in _RUNS.finditer(text):
        x = float(match["x"]) + cells(text[: run.start()]) * _CELL
        width = cells(run[0]) * _CELL
        place = f'x="{x:.1f}" y="{match["y"]}" textLength="{width:.1f}"'
        words.append(f'<text class="{match["style"]}" {place}>{escape(run[0])}</text>')
    return "".join(words)


def drawn(svg: str) -> str:
    """Rich's picture with every word in its place."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;]+;", 'font-family: "Noto Sans Mono CJK SC", Menlo, Consolas, monospace;', svg)
    return _TEXT.sub(_placed, svg)


def main() -> None:
    """The command."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    set_language("zh")
    with tempfile.TemporaryDirectory(prefix="picture-") as name:
        database, laptop = Path(name) / "central.db", Path(name) / "laptop.db"
        play(database, today=this_day())
        with serving(database) as address:
            people = {"supervisor": demo_people()["supervisor"]}
            district = District(database=database, people=people, groups={}, address=address)
            with district.laptop(laptop, "supervisor") as replica:
                exchange(replica)
        svg = asyncio.run(_screenshot(laptop))
    file.parent.mkdir(exist_ok=True)
    file.write_text(drawn(svg), encoding="utf-8")
    print(file)


if __name__ == "__main__":
    main()
