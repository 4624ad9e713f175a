"""What commands share: whom and when they are asked of, how they print and end."""
