"""`inviolable paper`: the pack of a post, to be printed and hung up before anything happens."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from inviolable.cli.words import COMMAND_LINE, Lang, open_home, record_refused, refuse


def paper(
    slug: Annotated[str, typer.Argument(metavar="POST", help="The post, as `posts list` shows it.")],
    to: Annotated[Path, typer.Option(metavar="FILE.pdf", help="A file that is not there yet.")],
    lang: Annotated[Lang, typer.Option(help="The language of the staff there.")] = Lang.EN,
) -> None:
    """The paper pack of a post: door card, phone tree, consent form, log, count sheet. It holds numbers of staff."""
    if to.exists():
        refuse(f"paper: {to} is there already; name another file.")
    open_home()
    from django.db import transaction

    from inviolable.door.pack import pack_of
    from inviolable.door.pack_actions import print_pack
    from inviolable.ledger.keys import write_new
    from inviolable.posts.actions import Refused
    from inviolable.posts.models import Post

    post = Post.objects.filter(slug=slug).first()
    if post is None:
        refuse(f"there is no post {slug!r}; `inviolable posts list` shows those there are.")
    now = datetime.now(UTC)
    with record_refused():
        try:
            pack = pack_of(post, lang.value, now)
            with transaction.atomic():  # What cannot be written to the file was not printed.
                write_new(to, print_pack(pack, actor=COMMAND_LINE, now=now))
        except Refused as fault:
            refuse(f"paper: {fault}")
    typer.echo(f"Written to {to}: version {pack.version}, good until {pack.expires:%Y-%m-%d %H:%M} UTC.")
