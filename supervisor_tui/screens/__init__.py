"""One screen in each module: layout and messages. A screen is imported when first opened."""
