"""Formats of dates where Django's own are those of one country."""
