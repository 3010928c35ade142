"""Erasure: of a person nothing is left in a service but that they were erased (UK GDPR, article 17).

The staff service begins it, and the others hear of it. Each erases what it owns in its worker, piece by piece; the
chassis erases what every service has. What names somebody by id alone stays: who did something, who looked at whom.
`docs/adr/0020-erasure.md` says why it is built this way.
"""
