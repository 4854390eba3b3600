"""The transparency log: a Merkle tree in files that anyone can copy, and proofs that nothing in it was
changed.

The modules, from the ground up: `tree` (hashes and proofs), `tiles` (which file holds which hash), `note`
(signed texts), `checkpoint` (a signed size and root), `proof` (one file that proves one entry), `store`
(where the files lie), `publish` (how a log grows and survives a crash), `verify` (how anyone checks all of
it), `policy` (which witnesses must have cosigned), `witness` (what a log and a witness say to each other),
`asking` (how a log asks one).
"""
