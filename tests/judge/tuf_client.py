"""The foreign judge of our trust root: python-tuf's own client, in a process that knows nothing of ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.ngclient import Updater


def main(address: str, root: str, folder: str, *wanted: str) -> None:
    """Print as JSON what the files that are wanted say, or which error the client had."""
    for name in ("metadata", "targets"):
        Path(folder, name).mkdir(parents=True, exist_ok=True)
    found: dict[str, str | None] = {}
    try:
        client = Updater(
            f"{folder}/metadata",
            address,
            f"{folder}/targets",
            f"{address}targets/",
            bootstrap=Path(root).read_bytes(),
        )
        client.refresh()
        for path in wanted:
            target = client.get_targetinfo(path)
            found[path] = target and Path(client.download_target(target)).read_text()
    except (RepositoryError, DownloadError) as error:
        found = {"refused": type(error).__name__}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
