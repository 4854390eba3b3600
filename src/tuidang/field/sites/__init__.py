"""What is planned and kept at a site: opening days, teams and who stands when, stock, and coarse figures."""
