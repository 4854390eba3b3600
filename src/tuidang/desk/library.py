"""The editors' screens: the works of the library, one of them with its chapters, and reviewed phrases."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.audit import Act, noted
from tuidang.base.clock import utc_now
from tuidang.desk.library_words import LANGUAGES, said
from tuidang.library import queries
from tuidang.library.actions.phrases import ask_phrase, remove_phrase, review_phrase
from tuidang.library.actions.texts import create_work, save_heading
from tuidang.library.hanzi import HANS, HANT, shipped_overrides
from tuidang.library.models import Text
from tuidang.library.rules import Heading, Mistake, read_day
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

_BEYOND_ANY_KEY = 2**63

editors = role_required(Role.EDITOR)


@editors
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """List the works, in each language in which they were written."""
    return render(request, "desk/library/list.html", {"texts": queries.stock(), "languages": LANGUAGES})


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a book, or an item of news."""
    typed = request.POST
    context: dict[str, object] = {"typed": typed, "errors": {}, "languages": LANGUAGES}
    if request.method != "POST":
        return render(request, "desk/library/new.html", context)
    name = typed.get("name", "")
    try:
        day = read_day(typed.get("day", "")) if typed.get("kind") == "news" else None
        with noted(signed_in(request).pseudonym, Act.EDIT_TEXT, f"work {name}", utc_now()):
            text = create_work(name, typed.get("language", ""), _heading(request), day=day)
    except Mistake as mistake:
        return render(request, "desk/library/new.html", {**context, "errors": said(mistake)}, status=422)
    if text.work.is_news:
        return HttpResponseRedirect(reverse("desk:library-chapter", args=[text.pk, 1]))
    return HttpResponseRedirect(reverse("desk:library-text", args=[text.pk]))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, key: int) -> HttpResponse:
    """Show a work in one language: its heading, to be changed, and its chapters; or begin it in another."""
    found = find_text(key)
    errors: dict[str, str] = {}
    if request.method == "POST":
        adds = request.POST.get("move") == "language"
        language = request.POST.get("language", "") if adds else found.language
        try:
            with noted(signed_in(request).pseudonym, Act.EDIT_TEXT, f"work {found.work.name}", utc_now()):
                saved = save_heading(found.work, language, _heading(request))
        except Mistake as mistake:
            errors = said(mistake)
        else:
            return HttpResponseRedirect(reverse("desk:library-text", args=[saved.pk]))
    others = queries.other_texts(found)
    written = {found.language, *(other.language for other in others)}
    chapters = queries.chapters_of(found)
    context = {
        "text": found,
        "typed": request.POST if errors else vars(found),
        "adds": bool(errors) and request.POST.get("move") == "language",
        "errors": errors,
        "chapters": chapters,
        "next": None if found.work.is_news and chapters else len(chapters) + 1,
        "others": others,
        "languages": LANGUAGES,
        "missing": [language for language in LANGUAGES if language not in written],
    }
    return render(request, "desk/library/text.html", context, status=422 if errors else 200)


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def phrases(request: HttpRequest) -> HttpResponse:
    """List the phrases that are written otherwise than OpenCC would; take, review and remove them."""
    me = signed_in(request).pseudonym
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _change_phrase(request, me)
        except Mistake as mistake:
            errors = said(mistake)
        else:
            return HttpResponseRedirect(reverse("desk:library-phrases"))
    context = {
        "directions": [(to, queries.phrases(to), shipped_overrides(to)) for to in (HANT, HANS)],
        "languages": LANGUAGES,
        "typed": request.POST if errors else {},
        "errors": errors,
        "me": me,
    }
    return render(request, "desk/library/phrases.html", context, status=422 if errors else 200)


def find_text(key: int) -> Text:
    """Give a text by its key; raises Http404."""
    found = queries.find_text(key) if key < _BEYOND_ANY_KEY else None
    if found is None:
        raise Http404
    return found


def _heading(request: HttpRequest) -> Heading:
    typed = request.POST
    return Heading(typed.get("title", ""), typed.get("author", ""), typed.get("about", ""))


def _change_phrase(request: HttpRequest, me: str) -> None:
    typed = request.POST
    key = typed.get("key", "")
    chosen = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
    match typed.get("move"):
        case "ask":
            phrase = typed.get("phrase", "")
            with noted(me, Act.EDIT_TEXT, f"phrase {phrase}", utc_now()):
                ask_phrase(typed.get("to", ""), phrase, typed.get("becomes", ""), me)
        case "review":
            with noted(me, Act.REVIEW_PHRASE, f"phrase {chosen}", utc_now()):
                review_phrase(chosen, me)
        case "remove":
            with noted(me, Act.EDIT_TEXT, f"phrase {chosen}", utc_now()):
                remove_phrase(chosen)
