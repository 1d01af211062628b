"""The outside offices: ports, live gateways, sandbox twins."""
