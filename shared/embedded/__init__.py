"""Real engines on one machine for `make run` and the tests: MongoDB, Kafka and an identity provider."""
