"""Where every address leads: pages under a language, staff screens under /desk/, files under /log/.

Short links, under /c/, lead on to pages; under /editions/ lie files of the library to keep.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from tuidang.desk import roster
from tuidang.library import urls as library
from tuidang.reach import urls as reach
from tuidang.web import giving, views

urlpatterns = [
    path("", views.choose_language),
    path("", include("tuidang.register.urls.programs")),  # /api/v1/… and /log/…
    path("", include(reach.short)),  # /q/…, as it is printed
    *library.short_links,
    *library.files,
    path("desk/", include("tuidang.volunteers.urls")),
    path("desk/volunteers/", roster.roster, name="volunteers"),
    path("desk/volunteers/<uuid:key>/", roster.volunteer, name="volunteer"),
    path("desk/", include("tuidang.desk.urls")),
    *i18n_patterns(
        path("", include("tuidang.register.urls.pages")),
        path("", include(reach.pages)),
        path("", include(library.pages)),
        path("", include("tuidang.web.pages")),
        path("give/", giving.give, name="give"),
        path("give/totals/", giving.totals, name="give_totals"),
        prefix_default_language=True,
    ),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
