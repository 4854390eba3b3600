"""What of the library is heard: recordings that editors bring, made small, served, and put together."""
