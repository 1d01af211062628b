"""What people and offices do, one verb a module. No SQL, no web framework."""
