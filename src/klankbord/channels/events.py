"""What happens at the doors."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSent(Event):
    """A message was handed to the other side."""

    dispatch_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchFailed(Event):
    """An attempt went wrong; `final` when there will be no further one."""

    dispatch_id: int
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalQuarantined(Event):
    """What came in could not be read; its bytes are kept."""

    arrival_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTroubled(Event):
    """A channel stopped working, or works again."""

    channel_id: int
    is_working: bool
