"""The list of our addresses for dispatch centres: CSV and GeoJSON (RFC 7946), the same bytes all day, to be signed."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from datetime import date
from io import StringIO

COLUMNS = (
    *("post", "name", "class", "status", "address", "city", "receiving", "telephone", "latitude", "longitude"),
    *("card", "as_of", "example"),
)
Row = dict[str, str]
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def as_csv(rows: Sequence[Row]) -> bytes:
    """One line for each place (RFC 4180), UTF-8."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def _plain(value: str) -> str:
    """A spreadsheet must not take a cell for a formula; a telephone's + stays, and so does a number's -."""
    return f"'{value}" if not NUMBER.fullmatch(value) and value[:1] in ("=", "-", "@") else value


def as_geojson(rows: Sequence[Row], day: date) -> bytes:
    """One feature for each place: a point, and none where nobody has said where it lies but by its address."""
    features = [
        {
            "type": "Feature",
            "id": row["post"],
            "geometry": _point(row),
            "properties": {name: row[name] for name in COLUMNS},
        }
        for row in rows
    ]
    told = {"type": "FeatureCollection", "as_of": day.isoformat(), "features": features}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _point(row: Row) -> dict[str, object] | None:
    """Longitude before latitude (RFC 7946 3.1.1)."""
    if not row["latitude"]:
        return None
    return {"type": "Point", "coordinates": [float(row["longitude"]), float(row["latitude"])]}
