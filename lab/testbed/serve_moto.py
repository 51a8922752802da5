"""Serves moto with those of AWS's managed policies that are used here, and without a line for each request.

With all 1,485 of them, moto builds every policy anew for each account and in each of its partitions, which costs more
than all else that it is asked for.

Usage: serve_moto.py, with the arguments of moto_server. The environment variable MOTO_ENABLED_REGIONS, names between
commas, gives the account no other regions.
"""

import json
import logging
import os
from functools import cache
from threading import Lock

from moto import backends
from moto.core import responses, utils
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
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
# Whoever asks first for a service makes moto read its model; of a whole engine that asks at once, each thread did.
loader = utils.create_loader()
loading = Lock()


def load_service_model(service: str, model: str) -> dict:
    with loading:
        return loader.load_service_model(service, model)


utils._load_service_model = load_service_model
# For each request moto looks through the class that answers it, for the names of its methods.
responses.method_names_from_class = cache(responses.method_names_from_class)
enabled = os.environ.get("MOTO_ENABLED_REGIONS")
if enabled:
    RegionsAndZonesBackend.regions = [
        region for region in RegionsAndZonesBackend.regions if region.name in enabled.split(",")
    ]
logging.getLogger("werkzeug").setLevel(logging.ERROR)
main()
