"""What moto takes long for, done once or in proportion to what is asked. Its answers stay the same."""

from __future__ import annotations

import copy
import json
from types import SimpleNamespace
from typing import Any

from joserfc.jwk import RSAKey
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table


def save_costs() -> None:
    """Patch moto for the rest of the process."""
    _undo_by_item()
    _read_keys_once()


def _undo_by_item() -> None:
    """Remember the items that a transaction names, and put them back if it fails.

    moto copies the whole table for each operation, so that filling a table takes time with the square of its size.
    """
    transact = DynamoDBBackend.transact_write_items

    def transact_write_items(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        before = []
        for operation in transact_items:
            ((verb, arguments),) = operation.items()
            table = self.tables.get(arguments["TableName"])
            if table is not None:
                keys = self.get_keys_value(table, arguments["Item" if verb == "Put" else "Key"])
                before.append((table, keys, copy.deepcopy(table.get_item(*keys))))
        try:
            transact(self, transact_items)
        except Exception:
            for table, (partition, sort), item in before:
                if item is None:
                    table.items[partition].pop(sort, None)
                else:
                    table.items[partition][sort] = item
            raise

    def deepcopy(value: Any) -> Any:
        return value if isinstance(value, Table) else copy.deepcopy(value)

    DynamoDBBackend.transact_write_items = transact_write_items  # type: ignore[method-assign]
    models.copy = SimpleNamespace(deepcopy=deepcopy)  # type: ignore[assignment,attr-defined]


def _read_keys_once() -> None:
    """Keep the RSA key that every user pool reads from the same file: finding its primes again takes 0.1 s."""
    read = RSAKey.import_key
    known: dict[str, RSAKey] = {}

    def import_key(value: Any, *rest: Any, **more: Any) -> RSAKey:
        name = json.dumps([value, rest, more], sort_keys=True, default=repr)
        if name not in known:
            known[name] = read(value, *rest, **more)
        return known[name]

    RSAKey.import_key = staticmethod(import_key)  # type: ignore[method-assign]
