"""One module a command of ``dat``; see ``service.cli``."""
