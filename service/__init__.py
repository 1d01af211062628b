"""The FastAPI application: pages, sign-in, use cases, database, worker, commands."""
