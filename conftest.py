"""What every test of the repository may use comes from one plugin."""

pytest_plugins = ["servicekit.testing"]
