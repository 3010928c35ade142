"""The service's documents in MongoDB: what it owns, and what it has learnt of people."""
