"""Scans for tests: pages drawn here, stamped, copied, photographed and spoilt; no picture lies in the repository."""
