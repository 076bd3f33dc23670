"""Sealing ballots: keys split among scrutineers, envelopes that only they can open together, receipts."""
