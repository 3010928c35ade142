"""What comes in and what goes out, described for the OpenAPI file; answers are the stored documents themselves."""
