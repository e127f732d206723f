"""Setting reorder points of single items: through the bucket, as the dashboard does, so that requests have an order."""

import csv
import io
from collections.abc import Iterable
from itertools import islice

from load_inventory.upload import POINTS_PREFIX, answer_key
from onhand.answers import answer_to
from onhand.console import UserError, printable, stderr
from onhand.stack import Stack
from onhand.upload import metadata_text, who
from onhand.uploads import number_of
from read_file.points_file import MOST_ROWS
from stock.reorder_points import ALL_STORES

Point = tuple[str | None, str, int | None]
"""Store (None: all), item, and its reorder point; None: none any more."""


def set_points(stack: Stack, points: Iterable[Point]) -> None:
    """Set reorder points, also of what nobody knows, and wait until it is done. Raises UserError if it is not."""
    rest = iter(points)
    while some := list(islice(rest, MOST_ROWS)):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(("store", "item", "reorder_point"))
        writer.writerows((store or ALL_STORES, item, point) for store, item, point in some)
        send_points(stack, "points.csv", text.getvalue().encode(), None, insist=True)


def send_points(stack: Stack, name: str, content: bytes, store: str | None, insist: bool) -> str:
    """Send a file of reorder points, of a store or of any, and return in words what was done.

    `insist`: also of stores and items that nobody knows. Raises UserError if nothing was set.
    """
    key = f"{POINTS_PREFIX}{store}/{name}" if store else POINTS_PREFIX + name
    metadata = {"uploaded-by": metadata_text(who(stack))} | ({"force": "true"} if insist else {})
    with stderr.status("Setting …"):
        put = stack.s3.put_object(Bucket=stack.outputs.UploadsBucket, Key=key, Body=content, Metadata=metadata)
        answer = answer_to(stack, f"{name} was sent", answer_key(key, put["VersionId"]))
    if "Refused" in answer:
        lines = [f"  line {each['Line']}: {printable(each['Reason'])}" for each in answer.get("First", ())]
        more = answer.get("Mistakes", 0) - len(lines)
        raise UserError("\n".join([answer["Refused"], *lines, *([f"  and {more:,} more"] if more else [])]))
    parts = [number_of(answer["Set"], "reorder point") + " set"]
    parts += [f"{answer['Removed']:,} taken away"] if answer["Removed"] else []
    parts += [f"{answer['Superseded']:,} left as somebody set them after this"] if answer["Superseded"] else []
    return ", ".join(parts)
