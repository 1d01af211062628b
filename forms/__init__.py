"""Paper forms and sheets: editions as data, pre-fill from facts, PDF."""
