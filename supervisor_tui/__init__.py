"""What a person touches: the command line and the workbench. Everything kept and exchanged stands in `sync`."""

__version__ = "0.1.0"
