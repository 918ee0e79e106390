"""Servers that stand in for providers at the network edge and enforce the providers' real limits."""
