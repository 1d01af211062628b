"""The installation itself: backups, readiness, what it lacks, how it was there."""
