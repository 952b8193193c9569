"""Writes the small Parquet files of this folder with pyarrow, and beside each what pyarrow reads from it.

    pip install pyarrow==26.0.1 && python make.py

NAME-….parquet has NAME.jsonl beside it: the rows, one JSON object a line, with the values that docs/inputs.md
promises for each type. A file without one is refused. pyarrow and this script share no code with the reader.
"""

import base64
import datetime as dt
import decimal
import json
import math
import os
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

HERE = os.path.dirname(os.path.abspath(__file__))


def fraction(nanos):
    if nanos == 0:
        return ""
    text = f"{nanos:09d}"
    for digits in (3, 6):
        if int(text[digits:]) == 0:
            return "." + text[:digits]
    return "." + text


def local(nanos_since_epoch):
    seconds, nanos = divmod(nanos_since_epoch, 10**9)
    time = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)
    return time.isoformat() + fraction(nanos)


def value(v, t):
    """What docs/inputs.md says a value of Arrow's type t becomes."""
    if v is None:
        return None
    if isinstance(t, pa.ExtensionType) or isinstance(t, pa.BaseExtensionType):
        if isinstance(t, pa.UuidType):
            return str(v.as_py())
        return value(pa.scalar(v.as_py(), t.storage_type), t.storage_type)
    if pa.types.is_struct(t):
        return {f.name: value(v[f.name], f.type) if v[f.name].is_valid else None for f in t}
    if pa.types.is_map(t):
        return {str(key_text(k, t.key_type)): py_value(x, t.item_type) for k, x in v.as_py()}
    if pa.types.is_list(t) or pa.types.is_large_list(t) or pa.types.is_fixed_size_list(t):
        return [value(x, t.value_type) if x.is_valid else None for x in v.values]
    if pa.types.is_timestamp(t):
        factor = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[t.unit]
        return local(v.value * factor) + ("Z" if t.tz else "")
    if pa.types.is_time(t):
        factor = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[t.unit]
        seconds, nanos = divmod(v.value * factor, 10**9)
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" + fraction(nanos)
    if pa.types.is_float16(t) or pa.types.is_floating(t):
        f = float(v.as_py())
        return f if math.isfinite(f) else str(f)
    if pa.types.is_uint64(t):
        return v.as_py() if v.as_py() < 2**63 else str(v.as_py())
    return py_value(v.as_py(), t)


def key_text(v, t):
    return py_value(v, t)


def py_value(v, t):
    if v is None:
        return None
    if isinstance(v, decimal.Decimal):
        return int(v) if t.scale == 0 and t.precision <= 18 else format(v, "f")
    if isinstance(v, bytes):
        return base64.b64encode(v).decode()
    if isinstance(v, (dt.date,)):
        return v.isoformat()
    return v


def expected(name, rows):
    table = pq.read_table(os.path.join(HERE, name + ".parquet"))
    with open(os.path.join(HERE, rows + ".jsonl"), "w", encoding="utf-8") as out:
        for i in range(table.num_rows):
            row = {}
            for field in table.schema:
                scalar = table.column(field.name)[i]
                row[field.name] = value(scalar, field.type) if scalar.is_valid else None
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def write(name, table, rows=None, **options):
    pq.write_table(table, os.path.join(HERE, name + ".parquet"), **options)
    if rows:
        expected(name, rows)


def types():
    """Every logical type that pyarrow writes; the last row is null throughout, the others are at the edges."""
    D = decimal.Decimal
    columns = {
        "bool": pa.array([True, False, None]),
        "i8": pa.array([-128, 127, None], pa.int8()),
        "i16": pa.array([-32768, 32767, None], pa.int16()),
        "i32": pa.array([-(2**31), 2**31 - 1, None], pa.int32()),
        "i64": pa.array([-(2**63), 2**63 - 1, None], pa.int64()),
        "u8": pa.array([0, 255, None], pa.uint8()),
        "u16": pa.array([0, 65535, None], pa.uint16()),
        "u32": pa.array([0, 2**32 - 1, None], pa.uint32()),
        "u64": pa.array([2**63 - 1, 2**64 - 1, None], pa.uint64()),
        "f16": pa.array([1.5, -6.103515625e-05, None], pa.float16()),
        "f32": pa.array([0.10000000149011612, math.inf, None], pa.float32()),
        "f64": pa.array([0.1, math.nan, None], pa.float64()),
        "string": pa.array(["", "ä\0\U0001f600", None]),
        "large": pa.array(["x", "y", None], pa.large_string()),
        "binary": pa.array([b"", b"\xff\x00", None]),
        "fixed": pa.array([b"abc", b"\x00\x01\x02", None], pa.binary(3)),
        "date": pa.array([dt.date(1, 1, 1), dt.date(9999, 12, 31), None], pa.date32()),
        "t_ms": pa.array([0, 86399999, None], pa.time32("ms")),
        "t_us": pa.array([60_000_000, 86399999999, None], pa.time64("us")),
        "t_ns": pa.array([1, 86399999999999, None], pa.time64("ns")),
        "ts_ms": pa.array([-1, 60_000, None], pa.timestamp("ms")),
        "ts_us": pa.array([-1, 4_102_444_800_000_000, None], pa.timestamp("us")),
        "ts_ns": pa.array([-(2**63) + 1, 2**63 - 1, None], pa.timestamp("ns")),
        "tz_ms": pa.array([-1, 0, None], pa.timestamp("ms", "UTC")),
        "tz_us": pa.array([-62_135_596_800_000_000, 1, None], pa.timestamp("us", "Asia/Tokyo")),
        "tz_ns": pa.array([1, -1, None], pa.timestamp("ns", "UTC")),
        "d9": pa.array([D("0.00"), D("-9999999.99"), None], pa.decimal128(9, 2)),
        "d18": pa.array([10**17, -(10**18) + 1, None], pa.decimal128(18, 0)),
        "d38": pa.array([D("0.00000000000000000001"), D("-99999999.12345678901234567890"), None], pa.decimal128(38, 20)),
        "d60": pa.array([10**59, -(10**60) + 1, None], pa.decimal256(60, 0)),
        "uuid": pa.array([uuid.UUID(int=1).bytes, uuid.UUID(int=2**128 - 1).bytes, None], pa.uuid()),
        "json": pa.array(['{"a": 1}', "[1.10]", None], pa.json_()),
        "null": pa.nulls(3),
        "struct": pa.array([{"a": 1, "b": None}, {"a": None, "b": {"c": "x"}}, None],
                           pa.struct([("a", pa.int32()), ("b", pa.struct([("c", pa.string())]))])),
        "list": pa.array([[], [1, None, 3], None], pa.list_(pa.int64())),
        "lists": pa.array([[[1], []], [None, [2, None]], None], pa.list_(pa.list_(pa.int16()))),
        "structs": pa.array([[], [{"n": 1}, None], None], pa.list_(pa.struct([("n", pa.int8())]))),
        "fixedlist": pa.array([[1, 2], [3, None], None], pa.list_(pa.int32(), 2)),
        "map": pa.array([[], [("a", 1), ("b", None)], None], pa.map_(pa.string(), pa.int64())),
        "intmap": pa.array([[(1, "x")], [(-5, None)], None], pa.map_(pa.int32(), pa.string())),
        "datemap": pa.array([[], [(dt.date(2024, 2, 29), 1.5)], None], pa.map_(pa.date32(), pa.float64())),
    }
    table = pa.table(columns)
    for version in ("1.0", "2.0"):
        write("types-page-" + version[0], table, "types", version="2.6", data_page_version=version, compression="snappy")
    write("decimals", table.select(["d9", "d18"]), "decimals", store_decimal_as_integer=True)
    write("int96", pa.table({"ts": pa.array([-1, 0, 2**63 - 1, None], pa.timestamp("ns"))}), "int96",
          use_deprecated_int96_timestamps=True)


def encodings():
    n = 400
    columns = {
        "i32": pa.array([(i * 7919) % 65537 - 30000 if i % 11 else None for i in range(n)], pa.int32()),
        "i64": pa.array([i**4 - 10**12 if i % 13 else None for i in range(n)], pa.int64()),
        "f32": pa.array([float(i % 64) for i in range(n)], pa.float32()),
        "f64": pa.array([i / 8 for i in range(n)], pa.float64()),
        "s": pa.array([f"row {i // 3} of the table" if i % 7 else None for i in range(n)]),
        "b": pa.array([i % 3 == 0 if i % 5 else None for i in range(n)]),
        "fixed": pa.array([i.to_bytes(4, "big") for i in range(n)], pa.binary(4)),
    }
    table = pa.table(columns)
    delta = {"i32": "DELTA_BINARY_PACKED", "i64": "DELTA_BINARY_PACKED", "f32": "BYTE_STREAM_SPLIT",
             "f64": "BYTE_STREAM_SPLIT", "s": "DELTA_BYTE_ARRAY", "b": "RLE", "fixed": "BYTE_STREAM_SPLIT"}
    length = {"s": "DELTA_LENGTH_BYTE_ARRAY", "i32": "BYTE_STREAM_SPLIT", "i64": "BYTE_STREAM_SPLIT", "fixed": "DELTA_BYTE_ARRAY"}
    small = {"data_page_size": 512, "write_batch_size": 64, "dictionary_pagesize_limit": 1024, "row_group_size": 250}
    write("encodings-plain", table, "encodings", use_dictionary=False, column_encoding={c: "PLAIN" for c in columns}, **small)
    write("encodings-delta-page-1", table, "encodings", use_dictionary=False, column_encoding=delta, data_page_version="1.0", **small)
    write("encodings-delta-page-2", table, "encodings", use_dictionary=False, column_encoding=delta, data_page_version="2.0", **small)
    write("encodings-delta-length", table, "encodings", use_dictionary=False, column_encoding=length, **small)
    # Falls back to plain pages when a dictionary has grown too large.
    write("encodings-dictionary", table, "encodings", data_page_version="2.0", write_page_checksum=True, **small)


def codecs():
    table = pa.table({"n": pa.array(range(120), pa.int64()),
                      "s": pa.array(["lorem ipsum dolor sit amet " * (i % 20) for i in range(120)])})
    for codec in ("none", "snappy", "gzip", "zstd", "lz4"):
        for version in ("1.0", "2.0"):
            write(f"codecs-{codec}-{version[0]}", table, "codecs", compression=codec, data_page_version=version,
                  use_dictionary=False, data_page_size=2048, write_batch_size=64)
    write("refused-brotli", table.slice(0, 5), compression="brotli")


def row_groups():
    schema = pa.schema([("id", pa.int64()), ("list", pa.list_(pa.string()))])

    def rows(*ids):
        return pa.table({"id": pa.array(ids, pa.int64()),
                         "list": pa.array([["x"] * i for i in ids], pa.list_(pa.string()))}, schema=schema)

    for name, groups in {"groups-0": [], "groups-empty": [rows()], "groups-2-0-1": [rows(1, 2), rows(), rows(3)],
                         "groups-0-0-2-0": [rows(), rows(), rows(4, 5), rows()]}.items():
        with pq.ParquetWriter(os.path.join(HERE, name + ".parquet"), schema) as writer:
            for group in groups:
                writer.write_table(group)
        expected(name, name)


def encrypted():
    import pyarrow.parquet.encryption as pe

    class Kms(pe.KmsClient):
        def __init__(self, connection):
            pe.KmsClient.__init__(self)

        def wrap_key(self, key_bytes, master_key_identifier):
            return base64.b64encode(key_bytes)

        def unwrap_key(self, wrapped_key, master_key_identifier):
            return base64.b64decode(wrapped_key)

    table = pa.table({"id": [1, 2], "secret": ["a", "b"]})
    for name, plaintext in {"refused-encrypted-footer": False, "refused-encrypted-column": True}.items():
        config = pe.EncryptionConfiguration(footer_key="f", column_keys={"c": ["secret"]}, plaintext_footer=plaintext)
        properties = pe.CryptoFactory(Kms).file_encryption_properties(pe.KmsConnectionConfig(), config)
        write(name, table, encryption_properties=properties)


def refused():
    names = pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
    write("refused-double-name", names)


if __name__ == "__main__":
    types()
    encodings()
    codecs()
    row_groups()
    encrypted()
    refused()
