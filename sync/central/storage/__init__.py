"""The store's database: engine, statements, schema."""
