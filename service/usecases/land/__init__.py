"""What the land register and the notaries say of a parcel."""
