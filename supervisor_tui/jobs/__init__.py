"""Background jobs of the workbench: sync, export, verification, each in a thread, with progress and cancellation."""
