"""Whole encoders, made of the operators in `conv`."""
