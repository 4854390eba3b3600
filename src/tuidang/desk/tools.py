"""The screens of circumvention tools: what the page of them says."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.audit import Act, noted
from tuidang.base.clock import china_today, utc_now
from tuidang.desk.library_words import LANGUAGES
from tuidang.reach.lists.measured import Thing
from tuidang.reach.lists.queries import last_measured
from tuidang.reach.lists.words import measured_words
from tuidang.reach.rules import Mistake
from tuidang.reach.tools.actions import mistakes_of, save_tool
from tuidang.reach.tools.queries import all_tools, find_tool
from tuidang.reach.tools.rules import LONGEST_WORDS, Tool, read_size, size_words
from tuidang.volunteers.access import role_required, signed_in
from tuidang.volunteers.models import Role

editors = role_required(Role.EDITOR, Role.COORDINATOR)


@editors
@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    """List the tools."""
    today, tests = china_today(), last_measured(Thing.TOOL)
    rows = [
        (
            one,
            [
                (measured_words(test, today), "good" if test.works else "bad")
                for test in tests.get(one.code, ())
            ],
        )
        for one in all_tools()
    ]
    return render(request, "desk/tools/list.html", {"rows": rows, "saved": "saved" in request.GET})


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def tool(request: HttpRequest, code: str = "") -> HttpResponse:
    """Take a new tool, or change one."""
    found = find_tool(code) if code else None
    if code and found is None:
        raise Http404
    errors: dict[str, str] = {}
    typed = found or Tool("", "")
    if request.method == "POST":
        typed = _typed(request, code)
        errors = _save(typed, signed_in(request).pseudonym, is_new=found is None)
        if not errors:
            return HttpResponseRedirect(reverse("desk:tools") + "?saved")
    size = request.POST.get("size", size_words(typed.size) if typed.size else "")
    context = {
        "known": found,
        "tool": typed,
        "size": size,
        "words": [
            (language, name, typed.does.get(language, ""), typed.risk.get(language, ""))
            for language, name in LANGUAGES.items()
        ],
        "longest": LONGEST_WORDS,
        "errors": errors,
    }
    return render(request, "desk/tools/tool.html", context, status=422 if errors else 200)


def _save(typed: Tool, by: str, *, is_new: bool) -> dict[str, str]:
    """Save a tool and note it; give a sentence for each field that is wrong."""
    if wrong := mistakes_of(typed):
        return {one.field: str(one) for one in wrong}
    try:
        with noted(by, Act.CHANGE_TOOL, f"tool {typed.code}", utc_now()):
            save_tool(typed, is_new=is_new)
    except Mistake as mistake:
        return {mistake.field: str(mistake)}
    return {}


def _typed(request: HttpRequest, code: str) -> Tool:
    def text(name: str) -> str:
        return request.POST.get(name, "").strip()

    return Tool(
        code or text("code"),
        text("name"),
        {language: text(f"does-{language}") for language in LANGUAGES},
        {language: text(f"risk-{language}") for language in LANGUAGES},
        "open_source" in request.POST,
        "anonymity" in request.POST,
        text("place"),
        read_size(text("size")),
        text("sha256").lower(),
        text("signed_by"),
        "shown" in request.POST,
    )
