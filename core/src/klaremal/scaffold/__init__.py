"""New things written as files: a workspace on sample data, and a plugin package from templates."""
