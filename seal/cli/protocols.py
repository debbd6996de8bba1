"""``seal protocols …``: words here, work in ``seal.protocols``."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable
from pathlib import Path

from seal.cli import protocols_diff, protocols_drafts, protocols_flags, protocols_life
from seal.cli.session import add_association, add_data
from seal.cli.words import language
from seal.errors import BadInput
from seal.protocols import author_commands as author
from seal.protocols import commands as work
from seal.protocols.exchange import commands as exchange
from seal.protocols.json_schema import KINDS


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("protocols", help="the library of protocols").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    group.add_parser("list", help="what the library holds").set_defaults(
        run=lambda words: work.show_library(language())
    )
    check = group.add_parser("check", help="read protocol folders and name every fault")
    check.add_argument("folders", nargs="*", metavar="FOLDER", help="protocols/<id>/<version> (default: the library)")
    check.set_defaults(run=lambda words: work.check(words.folders, language()))
    show = group.add_parser("print", help="the checklist of a protocol, as text")
    show.add_argument("protocol")
    show.add_argument("version")
    show.set_defaults(run=lambda words: work.show(words.protocol, words.version, language()))
    schema = group.add_parser("schema", help="the shape of a kind of file as JSON Schema")
    schema.add_argument("kind", nargs="?", default="protocol", choices=list(KINDS))
    schema.set_defaults(run=lambda words: work.show_schema(words.kind))
    _add_author(group)
    _add_exchange(group)
    protocols_life.add_to(group)
    protocols_diff.add_to(group)
    protocols_flags.add_to(group)
    protocols_drafts.add_to(group)


def _add_author(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = group.add_parser("explain", help="a point, or what must hold to pass, in plain words")
    explain.add_argument("folder", metavar="FOLDER", help="protocols/<id>/<version>")
    explain.add_argument("point", nargs="?", metavar="POINT")
    explain.set_defaults(run=lambda words: author.explain(words.folder, words.point, language()))
    trial = group.add_parser("simulate", help="random producers: how many pass, and which points decide")
    trial.add_argument("folder", metavar="FOLDER", help="protocols/<id>/<version>")
    trial.add_argument("--producers", type=int, default=500, metavar="N")
    trial.add_argument("--quality", type=int, default=93, choices=range(101), metavar="PERCENT")
    trial.add_argument("--year", type=int, default=1, choices=range(1, 51), metavar="N", help="year in the scheme")
    trial.add_argument("--seed", type=int, default=1, metavar="N")
    trial.set_defaults(
        run=lambda words: author.run_simulation(
            words.folder, words.producers, words.seed, words.quality, words.year, language()
        )
    )


def _add_exchange(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    new = group.add_parser("new", help="a draft to begin from")
    new.add_argument("folder", type=Path, metavar="FOLDER", help="protocols/<id>/<version>")
    new.add_argument("--title", default="", help="its name in Spanish")
    new.set_defaults(run=lambda words: exchange.new(words.folder, words.title, language()))
    out = group.add_parser("export", help="as a keyed spreadsheet, an XLSForm, a UNTP vocabulary or source files")
    out.add_argument("protocol")
    out.add_argument("version")
    out.add_argument("--as", dest="form", choices=(*exchange.FORMATS, "folder"), required=True)
    out.add_argument("--out", type=Path, required=True, metavar="FILE")
    out.add_argument("--library", type=Path, metavar="FOLDER", help="another library than the shipped one")
    out.add_argument("--base", default="", metavar="URL", help="of a UNTP vocabulary: whose address it stands under")
    out.add_argument("--name", default="", help="of a UNTP vocabulary: what its owner is called")
    add_association(out)
    add_data(out)
    out.set_defaults(run=_export)
    bring = group.add_parser("import", help="a keyed spreadsheet or an XLSForm; or a folder, as a draft")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument("--into", type=Path, metavar="FOLDER", help="protocols/<id>/<version>")
    bring.add_argument("--write", action="store_true", help="write it")
    bring.add_argument("--force", action="store_true", help="write it even if the result has faults")
    bring.add_argument("--remove-missing", action="store_true", help="retire the points that the spreadsheet lacks")
    add_association(bring)
    add_data(bring)
    bring.set_defaults(run=_import)


def _export(words: argparse.Namespace) -> int | Awaitable[int]:
    """``folder`` writes what an association has; the other formats need no database."""
    if words.form == "folder":
        return protocols_drafts.run_export(words)
    return exchange.export(
        words.protocol, words.version, words.form, words.out, language(), words.library,
        base=words.base, name=words.name,
    )  # fmt: skip


def _import(words: argparse.Namespace) -> int | Awaitable[int]:
    """A folder becomes a draft of an association; a spreadsheet changes files."""
    if words.file.is_dir():
        return protocols_drafts.run_import(words)
    if words.into is None:
        raise BadInput("protocols.into_needed")
    return exchange.bring_in(
        words.file, words.into, language(), save=words.write, remove_missing=words.remove_missing, force=words.force
    )
