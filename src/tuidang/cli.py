"""The command `tuidang`: each command is a door to a function elsewhere."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from tuidang.base.clock import china_today, utc_now
from tuidang.base.options import Options
from tuidang.cli_audit import audit
from tuidang.cli_canary import canary
from tuidang.cli_field import field
from tuidang.cli_integrity import integrity
from tuidang.cli_library import library
from tuidang.cli_log import log
from tuidang.cli_mail import mail
from tuidang.cli_mirror import mirror
from tuidang.cli_mirror_list import mirror_list, reach
from tuidang.cli_onion import onion
from tuidang.cli_phone import phone
from tuidang.cli_poster import poster
from tuidang.cli_source import source
from tuidang.cli_start import prepare, start_django
from tuidang.cli_succeed import succeed
from tuidang.cli_trust import trust
from tuidang.cli_volunteer import volunteer
from tuidang.cli_witness import witness


@contextmanager
def _sentences() -> Iterator[None]:
    """End with a sentence where the register cannot do what it was asked for."""
    from tuidang.register.actions.head import CannotWrite
    from tuidang.tlog.tiles import TileError

    try:
        yield
    except (CannotWrite, TileError, LookupError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None


def _need_port(options: Options) -> None:
    from tuidang.web.server import why_not_listen

    if why := why_not_listen(options):
        raise click.ClickException(why)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tuidang")
def main() -> None:
    """Keep a register of statements of withdrawal that anyone can recount and nobody can trace.

    \b
    Examples:
      tuidang up                          everything in one terminal, on a sample register
      tuidang init example.org/register   begin a real, empty register
      tuidang log verify var/log          recount a register, from its public folder alone
      tuidang doctor                      look for what is wrong, and say how to mend it
    """


main.add_command(audit)
main.add_command(canary)
main.add_command(field)
main.add_command(integrity)
main.add_command(library)
main.add_command(log)
main.add_command(mail)
main.add_command(mirror_list)
main.add_command(onion)
main.add_command(mirror)
main.add_command(phone)
main.add_command(poster)
main.add_command(reach)
main.add_command(source)
main.add_command(trust)
main.add_command(volunteer)
main.add_command(witness)


@main.command()
def up() -> None:
    """Run everything in this terminal: web server and publication, on a sample when nothing is there yet.

    Behind a sample the telephone comes up too, on a simulated carrier (TUIDANG_PHONE=no leaves it out).
    Ctrl-C stops everything; starting again finds everything.

    \b
    Examples:
      tuidang up
      PORT=8080 TUIDANG_DATA=/some/folder tuidang up
    """
    options = start_django()
    from tuidang.web import supervisor

    try:
        with supervisor.alone_on(options.data):
            code = _run_everything(options)
    except supervisor.CannotRunError as error:
        raise click.ClickException(str(error)) from None
    if not code:
        click.echo("\nStopped. Starting again finds everything.")
    sys.exit(code)


def _run_everything(options: Options) -> int:
    from tuidang.field.sample import stock_field
    from tuidang.giving.sample import SETTINGS, stock_book
    from tuidang.library.sample import stock_sample
    from tuidang.phone.sample import DESKS
    from tuidang.reach.sample import stock_sources
    from tuidang.reach.tools.sample import stock_tools
    from tuidang.register.sample import make_sample
    from tuidang.web import house, supervisor
    from tuidang.web.field import tend_field
    from tuidang.web.trust import tend_trust

    _need_port(options)
    prepare()
    if house.is_empty():
        click.echo("Nothing is here yet, so a sample register of invented statements is written first.")
        with click.progressbar(length=100, label="Sample") as bar:
            make_sample(china_today(), progress=lambda percent: bar.update(percent - bar.pos))
    is_sample = house.is_sample_register()
    if is_sample:
        stock_sample(utc_now())
        stock_tools()
        stock_sources(china_today())
        tend_trust(utc_now())
        tend_field(utc_now())
        team_code = stock_field(options.data, china_today())
    if is_sample and not options.giving_name:
        for name, value in SETTINGS.items():  # of an organisation that is nobody's
            os.environ[name] = os.environ.get(name) or value
        stock_book(china_today())
    if is_sample and options.phone:
        os.environ.setdefault("TUIDANG_PHONE_DESKS", str(DESKS))  # for all that is started now
    link = house.invite_newcomer(utc_now()) if is_sample else ""
    welcome = f"To come in as a volunteer who may do everything here, open, once: {link}\n" if link else ""
    if is_sample and not link:
        welcome = f"Who has come in already signs in at http://localhost:{options.port}/desk/\n"
    if is_sample:
        where = f"http://localhost:{options.port}/field/"
        welcome += f"What volunteers use at a site: {where} with the team code {team_code}\n"
    return supervisor.run(options, click.echo, with_phone=options.phone and is_sample, welcome=welcome)


@main.command()
@click.argument("origin")
def init(origin: str) -> None:
    """Begin a real, empty register under ORIGIN, the name that its checkpoints will carry for good.

    ORIGIN is a host name and path of your own, without a scheme. A folder that holds a register already, a
    sample among them, is refused: name another one by TUIDANG_DATA.

    \b
    Examples:
      TUIDANG_DATA=/srv/tuidang tuidang init example.org/register
    """
    options = start_django()
    from tuidang.register.actions.head import init_log

    prepare()
    with _sentences():
        vkey = init_log(origin, china_today())
    click.echo(f"An empty register was begun in {options.data}.")
    click.echo("Print its public key, and let as many people as you can keep a copy:")
    click.echo(f"  {vkey}")


@main.command()
def serve() -> None:
    """Serve the website and the interface for programs, by granian, on TUIDANG_HOST and PORT.

    Let visitors come through a proxy that takes a form whole before it passes it on, as deploy/nginx.conf
    does: each upload that creeps in keeps one of TUIDANG_THREADS busy.

    \b
    Examples:
      tuidang serve
      TUIDANG_HOSTS=example.org TUIDANG_HTTPS=yes TUIDANG_BEHIND_PROXY=yes tuidang serve
    """
    options = start_django()
    from tuidang.web import server

    _need_port(options)
    prepare()
    server.serve(options)


@main.command()
def work() -> None:
    """Publish when it is time, apply erasures, log notices: the background of the register, until stopped.

    It can be killed at any moment; the next start repairs what was left.

    \b
    Examples:
      tuidang work
    """
    start_django()
    from tuidang.web import worker

    prepare()
    worker.work()


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was done for a program to read.")
def publish(as_json: bool) -> None:
    """Publish one batch now: draw from the pool, write the public folder, sign the new checkpoint.

    Then the witnesses of TUIDANG_WITNESSES are asked, once; `tuidang work` asks again whom it has to.

    \b
    Examples:
      tuidang publish
      tuidang publish --json
    """
    start_django()
    from tuidang.register.actions.cosignatures import gather_cosignatures
    from tuidang.web import worker

    prepare()
    with _sentences():
        done = worker.publish_now(china_today())
    click.echo(
        json.dumps({"published": done.count, "size": done.size})
        if as_json
        else f"Published {done.count}; the log has {done.size} leaves."
    )
    with _sentences():
        cosigned = gather_cosignatures()
    for name, why in cosigned.refusals.items() if cosigned else ():
        click.echo(f"No cosignature of the witness {name}: {why}", err=True)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings for a program to read.")
def doctor(as_json: bool) -> None:
    """Look at settings, folders, keys, database and log; name what is wrong, and the mend.

    Exit code 0: nothing is wrong (there may be advice); 1: something is wrong.

    \b
    Examples:
      tuidang doctor
      tuidang doctor --json
    """
    from tuidang.web import doctor as surgery

    findings = surgery.examine()
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(str(finding))
    sys.exit(surgery.exit_code(findings))


@main.group()
def register() -> None:
    """Tend the public folder.

    \b
    Examples:
      tuidang register rebuild-index
      tuidang register figures --check
    """


@register.command("rebuild-index")
def rebuild_index() -> None:
    """Drop the index files and build them again from tiles and day files; they come out equal.

    \b
    Examples:
      tuidang register rebuild-index
    """
    options = start_django()
    from tuidang.register.actions.head import only_writer, open_log
    from tuidang.register.folder.index import rebuild_index as rebuild

    prepare()
    with (
        _sentences(),
        only_writer(),
        click.progressbar(length=open_log().tree.size, label="Index") as bar,
    ):
        rows = rebuild(options.log, bar.update)
    click.echo(f"The index was rebuilt: {rows} statements.")


register.add_command(succeed)


@register.command()
@click.option("--check", is_flag=True, help="Count the leaves and compare with the counters and the files.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures for a program to read.")
def figures(check: bool, as_json: bool) -> None:
    """Show the figures; with --check, count them again from the leaves.

    Exit code 0: shown, or all equal; 1: a figure differs.

    \b
    Examples:
      tuidang register figures
      tuidang register figures --check
    """
    options = start_django()
    from tuidang.register.folder.figures import load_figures
    from tuidang.web import house

    prepare()
    if house.is_empty():
        raise click.ClickException("No register was begun in this data folder: `tuidang init` begins one.")
    with _sentences():
        if check:
            differences = house.check_figures(options.log)
            click.echo(
                json.dumps(differences, ensure_ascii=False)
                if as_json
                else "\n".join(differences) or "Leaves, counters and files agree."
            )
            sys.exit(1 if differences else 0)
        if as_json:
            click.echo((options.log / "figures.json").read_text(encoding="utf-8"))
        else:
            found = load_figures(options.log)
            click.echo(f"{found.total} people in all, {found.today} today.")


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands; `tuidang manage help` lists them.

    \b
    Examples:
      tuidang manage help
      tuidang manage migrate
      tuidang manage shell
    """
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tuidang manage", *arguments])
