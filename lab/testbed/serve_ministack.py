"""Serves ministack with AWSDenyAll, which it does not have: a policy that does not exist attaches, and denies nothing.

Its settings are environment variables, see ministack.ts.
"""

import json

from ministack.app import main
from ministack.services import iam

DENY_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}]}
iam._aws_managed_policies["arn:aws:iam::aws:policy/AWSDenyAll"] = iam._make_aws_managed_record(
    "AWSDenyAll", json.dumps(DENY_ALL)
)
main()
