"""The parts of an Office file (a zip archive), found by what the parts say of each other and not by their names."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from urllib.parse import unquote
from xml.parsers import expat

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Package:
    """An archive and the relationships of its parts."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._stored = {_plain(name): name for name in archive.namelist()}

    def related(self, part: str, kind: str) -> dict[str, str]:
        """The parts that `part` ("" is the package itself) names as its `kind` (worksheet, styles), by relation id.

        The same kind has one address in the transitional form of the standard and another in the strict one; the last
        word of both is the kind.
        """
        folder, name = posixpath.split(part)
        listing = f"{folder}/_rels/{name}.rels".lstrip("/")
        found: dict[str, str] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            its_kind = attributes.get("Type", "").rpartition("/")[2]
            if local(tag) == "Relationship" and its_kind == kind and attributes.get("TargetMode") != "External":
                target = unquote(attributes.get("Target", "")).replace("\\", "/")
                found[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/", folder, target))[1:]

        if _plain(listing) in self._stored:
            self.scan(listing, start)
        return found

    def has(self, part: str) -> bool:
        """Whether the archive holds a part."""
        return _plain(part) in self._stored

    def scan(self, part: str, start: Start, end: End | None = None, text: Text | None = None) -> None:
        """Run a part through expat; a document type (the door of entity bombs) is refused."""
        parser = expat.ParserCreate()
        parser.buffer_text = True

        def refuse(*_: object) -> None:
            raise ValueError(f"{part} declares a document type")

        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        if text is not None:
            parser.CharacterDataHandler = text
        with self._archive.open(self._stored[_plain(part)]) as stream:
            parser.ParseFile(stream)


def local(tag: str) -> str:
    """The name of an element or attribute without its prefix."""
    return tag.rpartition(":")[2]


def _plain(name: str) -> str:
    """Part names are compared without regard to case; some writers use the wrong slash."""
    return name.replace("\\", "/").lstrip("/").lower()
