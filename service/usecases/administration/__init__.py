"""What an administrator keeps: accounts, offices, holidays, the law as loaded."""
