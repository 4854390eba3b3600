"""The audit chain: who of the volunteers looked at, unmasked, decided or changed what, hash upon hash."""

from tuidang.base.audit.actions import noted, write_audit, write_audits
from tuidang.base.audit.chain import Act

__all__ = ["Act", "noted", "write_audit", "write_audits"]
