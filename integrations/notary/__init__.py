"""The notary offices."""
