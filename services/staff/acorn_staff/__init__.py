"""The staff service: academies, people, appointments and line managers."""
