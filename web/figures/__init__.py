"""Figures for everybody: of each programme and of all, from releases only."""
