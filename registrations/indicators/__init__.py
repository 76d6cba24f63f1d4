"""Indicators as data, and what evaluates them."""
