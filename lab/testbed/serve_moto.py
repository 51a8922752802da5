"""Serves moto with those of AWS's managed policies that are used here, and without a line for each request.

With all 1,485 of them, moto builds every policy anew for each account and in each of its partitions, which costs more
than all else that it is asked for.

Usage: serve_moto.py, with the arguments of moto_server
"""

import json
import logging

from moto import backends
from moto.iam import models
from moto.server import main

USED = {
    # What the engine attaches, and what AWS attaches to a user whose key is public.
    "AWSDenyAll",
    "AWSCompromisedKeyQuarantineV3",
    # What users and the roles of `cdk bootstrap` hold.
    "AdministratorAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
}

policies = json.loads(models.aws_managed_policies_data)
models.aws_managed_policies_data = json.dumps({name: policies[name] for name in sorted(USED)})
# For each request moto looks into its own folder, module by module, whether the host's name is one of them.
modules = list(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: modules
logging.getLogger("werkzeug").setLevel(logging.ERROR)
main()
