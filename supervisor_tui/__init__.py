"""The laptop's program: command line and workbench. What is stored and exchanged is in `sync`."""

from sync import __version__

__all__ = ["__version__"]
