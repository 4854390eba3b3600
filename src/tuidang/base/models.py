"""The private tables that belong to no feature."""

from tuidang.base.audit.models import AuditEntry

__all__ = ["AuditEntry"]
