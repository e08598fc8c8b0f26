"""The use cases: functions that take a SQLAlchemy session first."""
