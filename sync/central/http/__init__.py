"""The store over HTTP: the operations, the server, its bounds."""
