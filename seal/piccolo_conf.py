"""What Piccolo looks for: the engine of this process and the one app. Found by ``PICCOLO_CONF``."""

from __future__ import annotations

from piccolo.conf.apps import AppRegistry

from seal.db import engine
from seal.settings import settings

APP_REGISTRY = AppRegistry(apps=["seal.schema"])


def __getattr__(name: str) -> engine.Engine:
    """``DB`` is asked for when it is needed, so it is always the engine that is open now."""
    if name != "DB":
        raise AttributeError(name)
    try:
        return engine.current()
    except RuntimeError:
        return engine.make(settings())
