"""Editions: what is published of the library as files that people keep, print and hand on."""
