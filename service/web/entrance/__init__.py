"""Coming in: by password, device, identity or phone; one's own account."""
