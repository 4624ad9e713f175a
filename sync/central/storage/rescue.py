"""A copy of a database that is still open and whose file has gone: the last place where it is."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from sync.central.storage.engine import StorageFault
from sync.model.days import stamp

_log = logging.getLogger("central-store")


def write_rescue(copy_into: Callable[[str], object], path: Path) -> str:
    """Let `copy_into` write all that is held into a new file as near to `path` as can be; its path, or "" for none.

    For its owner alone (0600): it holds the store's key. `central-store restore` takes it.
    """
    for folder in _folders(path):
        target = folder / f"{path.name}.rescued-{stamp()}"
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            copy_into(str(target))
            with target.open("rb") as written:
                os.fsync(written.fileno())
        except (OSError, StorageFault):
            target.unlink(missing_ok=True)
            continue
        _log.error("storage: %s has gone; everything it held is in %s", path, target)
        return str(target)
    _log.error("storage: %s has gone, and no copy of it could be written", path)
    return ""


def _folders(path: Path) -> Iterator[Path]:
    """The file's folder, or the nearest above it that is still there; then the home and the temporary folder."""
    import tempfile

    yield next(folder for folder in path.absolute().parents if folder.is_dir())
    yield Path.home()
    yield Path(tempfile.gettempdir())
