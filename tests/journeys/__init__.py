"""Whole ways through the house, against real peers and real processes."""
