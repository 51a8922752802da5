"""Prints what is left of an account, as boto3 sees it: a witness that shares no code with the engine.

Usage: read_account.py ENDPOINT ACCESS_KEY_ID SECRET_ACCESS_KEY [REGION ...]
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

endpoint, access_key, secret_key, *only_regions = sys.argv[1:]
# A pool as wide as moto can use: it runs on one core.
config = Config(retries={"max_attempts": 2}, connect_timeout=5, read_timeout=30)
session = boto3.session.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key)


def client(service, region="us-east-1"):
    return session.client(service, region_name=region, endpoint_url=endpoint, config=config)


def pages(api, operation, key, **parameters):
    for page in api.get_paginator(operation).paginate(**parameters):
        yield from page[key]


def read_region(ec2, autoscaling):
    instances = [
        {
            "id": instance["InstanceId"],
            "state": instance["State"]["Name"],
            "lifecycle": instance.get("InstanceLifecycle", "on-demand"),
            "group": next(
                (t["Value"] for t in instance.get("Tags", []) if t["Key"] == "aws:autoscaling:groupName"), None
            ),
        }
        for reservation in pages(ec2, "describe_instances", "Reservations")
        for instance in reservation["Instances"]
    ]
    groups = [
        {
            "name": group["AutoScalingGroupName"],
            "min": group["MinSize"],
            "max": group["MaxSize"],
            "desired": group["DesiredCapacity"],
            "members": [member["InstanceId"] for member in group["Instances"]],
            "suspended": sorted(process["ProcessName"] for process in group["SuspendedProcesses"]),
        }
        for group in pages(autoscaling, "describe_auto_scaling_groups", "AutoScalingGroups")
    ]
    spot_requests = [
        {"id": request["SpotInstanceRequestId"], "state": request["State"], "type": request["Type"]}
        for request in pages(ec2, "describe_spot_instance_requests", "SpotInstanceRequests")
    ]
    return {"instances": instances, "groups": groups, "spotRequests": spot_requests}


def read_user(iam, user):
    name = user["UserName"]
    return {
        "name": name,
        "keys": [
            {"id": key["AccessKeyId"], "status": key["Status"]}
            for key in pages(iam, "list_access_keys", "AccessKeyMetadata", UserName=name)
        ],
        "attachedPolicies": [
            policy["PolicyArn"]
            for policy in pages(iam, "list_attached_user_policies", "AttachedPolicies", UserName=name)
        ],
    }


def enabled_regions():
    described = client("ec2").describe_regions()["Regions"]
    # moto lists the regions of other partitions too.
    return [r["RegionName"] for r in described if not r["RegionName"].startswith(("cn-", "us-gov-", "us-iso"))]


iam = client("iam")
regions = only_regions or enabled_regions()
# Building clients is not thread-safe in boto3; using them is.
regional = [(client("ec2", region), client("autoscaling", region)) for region in regions]
with ThreadPoolExecutor(4) as pool:
    contents = list(pool.map(lambda pair: read_region(*pair), regional))
    users = list(pool.map(lambda user: read_user(iam, user), pages(iam, "list_users", "Users")))

json.dump({"regions": dict(zip(regions, contents)), "users": users}, sys.stdout)
