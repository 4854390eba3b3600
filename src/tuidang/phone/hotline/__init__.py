"""The hotline: who calls us and who asks for a person wait in one queue, and talk with volunteers."""
