"""What features share of the database: units of work, tables, repositories."""
