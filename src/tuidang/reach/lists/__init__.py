"""Mirror lists: a set for each channel, so that who learns one set cannot block the others."""
