"""How packages of law become an edition: places, slots, overrides, assembly."""
