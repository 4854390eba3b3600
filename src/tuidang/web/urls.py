"""Where every address leads: pages under a language, staff screens under /desk/.

Files lie under /log/, /trust/ and, of the library, /audio/ and /editions/. Short links, under /c/, lead on
to pages.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from tuidang.desk import roster
from tuidang.library import urls as library
from tuidang.reach import urls as reach
from tuidang.web import counter, giving, giving_by_provider, sitemaps, trust, views

urlpatterns = [
    path("", views.choose_language),
    path("robots.txt", sitemaps.robots),
    path("sitemap.xml", sitemaps.index, name="sitemap_index"),
    path("sitemap-<slug:name>.xml", sitemaps.sitemap, name="sitemap"),
    path("counter.json", counter.numbers, name="counter_numbers"),
    path("", include("tuidang.register.urls.programs")),  # /api/v1/… and /log/…
    path("trust/<path:path>", trust.serve_file),
    path("", include(reach.short)),  # /q/…, as it is printed
    *library.short_links,
    *library.sounds,
    *library.files,
    path("give/heard/<slug:provider>/", giving_by_provider.hear),
    path("field/", include("tuidang.field.urls")),
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
        path("give/thanks/<uuid:key>/", giving_by_provider.thanks, name="give_thanks"),
        path("give/end/<uuid:key>/<slug:proof>/", giving_by_provider.end, name="give_end"),
        prefix_default_language=True,
    ),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
