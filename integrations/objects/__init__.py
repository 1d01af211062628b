"""Papers outside the database: what such a store can do, and one that speaks S3."""
