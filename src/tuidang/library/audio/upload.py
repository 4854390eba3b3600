"""What comes in as a form with a file: the file goes to the disk as it comes, and no further than a bound."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from tuidang.library.audio.actions import place_to_bring


class ToDisk(FileUploadHandler):
    """Writes the one file of a form to `path`. Its name is never looked at, nor a second file."""

    def __init__(self, request: HttpRequest, path: Path, most: int) -> None:
        super().__init__(request)
        self.path = path
        self.size = 0
        self.is_too_large = False
        self._most = most
        self._has_begun = False
        self._file = path.open("xb")

    def new_file(self, *words: Any, **more: Any) -> None:
        """Begin with a file; a second one is passed over."""
        if self._has_begun:
            raise SkipFile
        self._has_begun = True
        super().new_file(*words, **more)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 -- Django's
        """Write a piece."""
        self.size += len(raw_data)
        if self.size > self._most:
            self.is_too_large = True
            raise StopUpload(connection_reset=False)
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:  # noqa: ARG002 -- Django's
        """Say that the file is whole; what is handed on holds nothing of it."""
        self._file.flush()
        return None

    def close(self) -> None:
        """Let go of the file, and of what it holds unless somebody has taken it."""
        self._file.close()
        self.path.unlink(missing_ok=True)


@contextmanager
def to_disk(request: HttpRequest, most: int) -> Iterator[ToDisk]:
    """Let the file of the form that is read within go to the disk; it goes afterwards unless it was moved."""
    handler = ToDisk(request, place_to_bring(), most)
    request.upload_handlers = [handler]
    try:
        yield handler
    finally:
        handler.close()
