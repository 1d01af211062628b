"""The smallest service of the same framework: the baseline for pages."""

from __future__ import annotations

import argparse

import uvicorn
from fastapi import FastAPI

from service.bench.processes import LOOPBACK

app = FastAPI()


@app.get("/")
async def hello() -> dict[str, str]:
    """Answer with a word as JSON."""
    return {"hello": "world"}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port: int = parser.parse_args().port
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning")
