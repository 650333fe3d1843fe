"""Core's readers: files as queries of the engine, all columns as text (Parquet: as typed); no contract is known here."""
