"""The command line; it speaks HTTP to the services like anyone else."""
