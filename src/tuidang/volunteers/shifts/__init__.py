"""When volunteers have promised to be on duty, and how many are needed."""
