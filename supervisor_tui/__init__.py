"""What a person touches: the command line and the workbench. Everything kept and exchanged stands in `sync`."""

from sync import __version__

__all__ = ["__version__"]
