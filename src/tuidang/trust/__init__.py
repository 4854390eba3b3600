"""The trust root: an offline root with thresholds (The Update Framework) signs which keys are ours.

The modules, from the ground up: `keys` (who holds a key, and how it lies on a stick or on paper), `says`
(what is signed: the log and its successors, mirrors, sealing keys, the witness policy), `reading` (what
everybody else needs: believe a folder or an address, or say why not), `roles` (who signs what, and how long
it lasts), `drafts` (what travels from holder to holder to be signed), `publishing` (what the server shows),
`sample` (a root with its keys on disk, for a demonstration). No Django.
"""
