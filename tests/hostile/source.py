"""Fetch the source archive of a package from the index that pip uses, checked by its hash; nothing of it is run.

    python -m tests.hostile.source NAME VERSION FILE

``pip download`` would run the build script of what it fetches. This asks pip where the archive is, by pip's own
settings, and stops there.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def main(name: str, version: str, target: str) -> None:
    from pip._internal.commands import create_command

    command = create_command("download")
    with command.main_context():
        settings = ["--quiet", "--no-binary", ":all:", "--retries", "1", "--timeout", "30"]
        options, _ = command.parse_args(settings)
        session = command.get_default_session(options)
        finder = command._build_package_finder(options, session)
        links = [one.link for one in finder.find_all_candidates(name) if str(one.version) == version]
        if not links:
            sys.exit(f"no source archive of {name} {version} was found")
        answer = session.get(links[0].url_without_fragment)
        answer.raise_for_status()
    if links[0].hash_name and hashlib.new(links[0].hash_name, answer.content).hexdigest() != links[0].hash:
        sys.exit(f"{links[0].filename} is not what the index says")
    Path(target).write_bytes(answer.content)


if __name__ == "__main__":
    main(*sys.argv[1:])
