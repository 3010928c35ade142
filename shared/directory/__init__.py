"""Who is who and what is when, as learnt from the staff service's events."""
