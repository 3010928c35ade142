"""What every test of the repository may use comes from these plugins."""

pytest_plugins = ["servicekit.testing", "embedded.testing"]
