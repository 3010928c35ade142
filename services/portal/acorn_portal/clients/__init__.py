"""Typed clients of the services, made from their OpenAPI files, and what they stand on."""
