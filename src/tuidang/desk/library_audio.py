"""The editors' screen for a chapter read aloud: bring a recording, hear it, take it away."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from tuidang.base.audit import Act, noted
from tuidang.base.clock import utc_now
from tuidang.base.http import content_security
from tuidang.desk.library import editors, find_text
from tuidang.desk.library_words import RECORDING_FAULTS, said_of_recording
from tuidang.library.audio.actions import bring_recording, has_room, take_recording_away
from tuidang.library.audio.convert import find_ffmpeg
from tuidang.library.audio.queries import recorded, speech_file
from tuidang.library.audio.rules import LARGEST, Refused
from tuidang.library.audio.upload import ToDisk, to_disk
from tuidang.library.audio.views import give_file
from tuidang.library.models import Chapter, Text
from tuidang.library.queries import versions_of
from tuidang.volunteers.access import signed_in

_BESIDE = 64 * 1024  # bytes of a form that are not the file
_DONE = ("brought", "gone")
_PLAYS = content_security(media_src="'self'")


@csrf_exempt  # until it is known that an editor sends it: the check reads the form, and with it the file
@editors
@require_http_methods(["GET", "HEAD", "POST"])
def audio(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """Show what is heard of a chapter; take a recording in, or away."""
    text = find_text(key)
    chapter = text.chapters.filter(number=number).first()
    if chapter is None:
        raise Http404
    if request.method != "POST":
        return _show(request, text, number)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()) or int(length) > LARGEST + _BESIDE:
        return _show(request, text, number, Refused.TOO_LARGE)
    if not has_room(int(length)):
        return _show(request, text, number, Refused.NO_ROOM)
    with to_disk(request, LARGEST) as file:
        response: HttpResponse = _take_in(request, text, chapter, file)
        return response


@editors
@require_safe
def heard(request: HttpRequest, key: int, number: int) -> HttpResponseBase:
    """Give the recording, whether readers can hear it or not."""
    ready = recorded(find_text(key), number).ready
    if ready is None:
        raise Http404
    return give_file(request, speech_file(ready.code), {"Content-Type": "audio/mpeg"})


@csrf_protect
def _take_in(request: HttpRequest, text: Text, chapter: Chapter, file: ToDisk) -> HttpResponse:
    move = request.POST.get("move")  # the file is on the disk now
    now, me = utc_now(), signed_in(request).pseudonym
    thing = f"audio {text.pk}/{chapter.number}"
    if move == "take-away":
        with noted(me, Act.PUBLISH_TEXT, thing, now):
            take_recording_away(chapter, request.POST.get("code", ""))
        return _after(text, chapter, "gone")
    if file.is_too_large or not file.size:
        why = Refused.TOO_LARGE if file.is_too_large else Refused.NOTHING
        return _show(request, text, chapter.number, why)
    with noted(me, Act.PUBLISH_TEXT, thing, now):
        bring_recording(chapter, file.path)
    return _after(text, chapter, "brought")


def _after(text: Text, chapter: Chapter, done: str) -> HttpResponse:
    address = reverse("desk:library-audio", args=[text.pk, chapter.number])
    return HttpResponseRedirect(f"{address}?done={done}")


def _show(request: HttpRequest, text: Text, number: int, why: Refused | None = None) -> HttpResponse:
    found = recorded(text, number)
    versions = versions_of(text, number)
    done = request.GET.get("done", "")
    context = {
        "text": text,
        "number": number,
        "title": versions[0].title if versions else "",
        "is_read": any(vars(version)["is_read"] for version in versions),
        "recorded": found,
        "refused": RECORDING_FAULTS[Refused(found.refused.why)] if found.refused else "",
        "errors": said_of_recording(why) if why else {},
        "done": done if done in _DONE else "",
        "can_make": find_ffmpeg() is not None,
        "most": LARGEST,
    }
    response = render(request, "desk/library/audio.html", context, status=422 if why else 200)
    response.headers["Content-Security-Policy"] = _PLAYS
    return response
