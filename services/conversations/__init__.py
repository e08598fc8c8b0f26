"""Rooms: opened, played act by act, kept; and what people are asked afterwards."""
