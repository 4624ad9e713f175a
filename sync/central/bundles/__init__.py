"""The store's end of an exchange by bundle."""
