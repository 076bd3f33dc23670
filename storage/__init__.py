"""What is kept: tables, transactions, and one module per thing kept. SQLite and PostgreSQL, the same code."""
