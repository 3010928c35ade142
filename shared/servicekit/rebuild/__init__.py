"""Rebuilds: a new generation of a service's projections, filled beside the live one and swapped in when caught up.

Whoever is on call asks for one (`routes`), a worker does it (`job`), and `docs/adr/0015-rebuild-by-generation.md` says
why nothing is lost. A service takes part by naming its projections with `projection(...)` and by a store over a
generation; the chassis does the rest.
"""
