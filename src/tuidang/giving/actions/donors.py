"""Donors: who they are is sealed, and theirs to have changed or forgotten."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass

from tuidang.giving.actions.writer import one_writer, open_text, seal_text
from tuidang.giving.models import Donor


@dataclass(frozen=True)
class Person:
    """What is kept of a donor."""

    name: str
    address: str = ""
    email: str = ""
    language: str = "en"  # of receipts


def add_donor(person: Person) -> uuid.UUID:
    """Keep a donor, and give his key."""
    return Donor.objects.create(payload=_sealed(person)).pk


def change_donor(key: uuid.UUID, person: Person) -> bool:
    """Change what is kept of a donor; False if he is not there. Receipts keep the words they had."""
    return bool(Donor.objects.filter(pk=key).update(payload=_sealed(person)))


def forget_donor(key: uuid.UUID) -> bool:
    """Destroy what is kept of a donor; the book keeps his gifts under a key that leads nowhere."""
    with one_writer():
        return bool(Donor.objects.filter(pk=key).delete()[0])


def find_donor(key: uuid.UUID) -> Person | None:
    """Open what is kept of a donor."""
    donor = Donor.objects.filter(pk=key).first()
    return None if donor is None else _open(donor)


def search_donors(words: str, limit: int = 20) -> list[tuple[uuid.UUID, Person]]:
    """Find donors whose name or e-mail has these words; all are opened for it, here and nowhere else."""
    wanted = words.casefold().split()
    found = []
    for donor in Donor.objects.iterator():
        person = _open(donor)
        if wanted and all(word in f"{person.name} {person.email}".casefold() for word in wanted):
            found.append((donor.pk, person))
    return sorted(found, key=lambda one: one[1].name)[:limit]


def _sealed(person: Person) -> bytes:
    return seal_text(json.dumps(asdict(person), ensure_ascii=False))


def _open(donor: Donor) -> Person:
    return Person(**json.loads(open_text(donor.payload)))
