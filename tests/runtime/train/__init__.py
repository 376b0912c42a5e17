"""What `archspec train` stands on."""
