"""Grants that several functions of the service share."""

from __future__ import annotations

from solo60.grants import BucketGrant, SettingGrant
from storage.keys import BUCKET, PENDING, VERIFIED
from storage.providers.registry import STORE_SETTING

STORE = SettingGrant(STORE_SETTING)
SIGN_UPLOAD = BucketGrant(BUCKET, {"PutObject"}, under=PENDING)
SIGN_DOWNLOAD = BucketGrant(BUCKET, {"GetObject"}, under=VERIFIED)
LOOK = BucketGrant(BUCKET, {"GetObject"}, under=PENDING, lists=True)
KEEP = BucketGrant(BUCKET, {"PutObject"}, under=VERIFIED)
REMOVE = (BucketGrant(BUCKET, {"DeleteObject"}, under=PENDING), BucketGrant(BUCKET, {"DeleteObject"}, under=VERIFIED))
