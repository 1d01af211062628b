"""The FastAPI application: pages, API, sign-in, use cases, database, worker, commands."""
