"""The store: tables, statements, and the unit of work. Only here is SQL."""
