"""What the law engine takes, measured beside its peers: `make bench`."""
