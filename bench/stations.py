"""Where the time of one request goes: microseconds by station, each measured alone in one process, without a network.

``stations.py [--operation NAME]``. The stations are the pipeline's own, called with what it would hand them; what is left of
``Pipeline.decide`` when they are subtracted stands as "the walk between them". Beside them: HTTP in and out of the fast
lane's protocol, and one durable write of the journal for batches of 1, 32 and 128 records. What the real server needs
beyond the sum is the kernel's (sockets, epoll) and the event loop's.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httptools
from machine import cores, describe
from operations import NAMES, workload_bodies
from presign import Signer
from report import table
from uvicorn.config import Config
from uvicorn.server import ServerState

from strongroom.audit.chain import GENESIS, link
from strongroom.audit.journal import Journal
from strongroom.audit.record import Resource, encode_record, new_ids
from strongroom.authn.sigv4 import SigV4Verifier
from strongroom.bootstrap import Opened, open_data
from strongroom.model.key_state import check_state
from strongroom.model.regions import AWS_REGIONS
from strongroom.operations.operation import Call
from strongroom.pipeline import SERVICES, Pipeline
from strongroom.server.protocol import LaneProtocol
from strongroom.server.settings import DataDirectory
from strongroom.stations.access import Access, Stage
from strongroom.stations.callers import Callers
from strongroom.stations.protocols import recognise
from strongroom.stations.request import APIRequest, Decided
from strongroom.store.cache import NounCache
