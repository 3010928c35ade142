"""The CPD service: records and each person's history."""
