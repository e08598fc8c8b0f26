"""Mail: written with what caused it, sent afterwards, stopped by one click."""
