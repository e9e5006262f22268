"""Goods and money: parcels, the ledger of goods, inspections, and what was decided and done."""

from returns.models.goods import Bucket, GoodsBalance, GoodsMovement
from returns.models.inspections import Disposition, Fault, Grade, Inspection
from returns.models.parcels import Condition, Direction, Parcel, ParcelItem, ParcelState
from returns.models.resolutions import Resolution, ResolutionItem, ResolutionKind, ResolutionState
from returns.models.settlements import (
    Exchange,
    ExchangeState,
    Refund,
    RefundState,
    Repair,
    RepairState,
    Warranty,
)

__all__ = [
    "Bucket",
    "Condition",
    "Direction",
    "Disposition",
    "Exchange",
    "ExchangeState",
    "Fault",
    "GoodsBalance",
    "GoodsMovement",
    "Grade",
    "Inspection",
    "Parcel",
    "ParcelItem",
    "ParcelState",
    "Refund",
    "RefundState",
    "Repair",
    "RepairState",
    "Resolution",
    "ResolutionItem",
    "ResolutionKind",
    "ResolutionState",
    "Warranty",
]
