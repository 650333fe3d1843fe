"""The command line: thin commands that parse, call one function below, and print."""
