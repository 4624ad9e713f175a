"""What an exchange keeps in a laptop's file: cursor, forks, what left the scope, what is too large."""
