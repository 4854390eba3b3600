"""The dialling service: draws numbers, paces calls, runs the call machine over them, keeps choices."""
