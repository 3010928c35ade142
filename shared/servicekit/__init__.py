"""The chassis of every Acorn service; it knows no service by name."""
