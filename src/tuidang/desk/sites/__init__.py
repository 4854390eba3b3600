"""The screens of sites: where volunteers stand with posters, who stands when, what lies there."""
