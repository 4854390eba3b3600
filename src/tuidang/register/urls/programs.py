"""Addresses for programs: the interface under /api/, the public folder under /log/."""

from django.urls import path, re_path

from tuidang.register.api import views as api
from tuidang.register.views import log

urlpatterns = [
    path("api/v1/statements", api.statements),
    path("api/v1/statements/<str:index>", api.statement),
    path("api/v1/receipts", api.receipts),
    path("api/v1/proofs/<str:index>", api.proof, name="proof"),
    path("api/v1/figures", api.figures),
    path("api/v1/openapi.json", api.description),
    re_path("^api/(?P<rest>.*)$", api.anything_else),
    path("log/<path:path>", log.serve_file, name="log"),
]
