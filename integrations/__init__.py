"""The six outside offices: ports, live gateways, sandbox twins."""
