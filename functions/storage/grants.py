"""Grants that several functions of the service share."""

from __future__ import annotations

from solo60.grants import BucketGrant, PublicObjectsGrant, SettingGrant
from storage.keys import BUCKET, PENDING, PUBLIC, VERIFIED
from storage.providers.registry import STORE_SETTING

STORE = SettingGrant(STORE_SETTING)
SIGN_UPLOAD = BucketGrant(BUCKET, {"PutObject"}, under=PENDING)
SIGN_DOWNLOAD = tuple(BucketGrant(BUCKET, {"GetObject"}, under=prefix) for prefix in (VERIFIED, PUBLIC))
LOOK = BucketGrant(BUCKET, {"GetObject"}, under=PENDING, lists=True)
KEEP = tuple(BucketGrant(BUCKET, {"PutObject"}, under=prefix) for prefix in (VERIFIED, PUBLIC))
REMOVE = tuple(BucketGrant(BUCKET, {"DeleteObject"}, under=prefix) for prefix in (PENDING, VERIFIED, PUBLIC))
PICTURE_ADDRESS = PublicObjectsGrant(BUCKET, under=PUBLIC)
