"""Tells what is left of an account, as boto3 sees it: a witness that shares no code with the engine.

A line of JSON on stdin is a question, {"endpoint", "accessKeyId", "secretAccessKey", "regions"}, and a line on stdout
its answer, {"account"} or {"error"}: to load boto3 and what it knows of EC2 takes longer than to ask.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import boto3
from botocore.config import Config

# Against hanging only. A pool as wide as moto can use: it runs on one core.
config = Config(retries={"max_attempts": 2}, connect_timeout=60, read_timeout=300)
session = boto3.session.Session()


@lru_cache(maxsize=None)
def client(endpoint, access_key, secret_key, service, region):
    return session.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        config=config,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
    )


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


def enabled_regions(ec2):
    described = ec2.describe_regions()["Regions"]
    # moto lists the regions of other partitions too.
    return [r["RegionName"] for r in described if not r["RegionName"].startswith(("cn-", "us-gov-", "us-iso"))]


def read_account(endpoint, access_key, secret_key, only_regions):
    def of(service, region="us-east-1"):
        return client(endpoint, access_key, secret_key, service, region)

    iam = of("iam")
    regions = only_regions or enabled_regions(of("ec2"))
    # Building clients is not thread-safe in boto3; using them is.
    regional = [(of("ec2", region), of("autoscaling", region)) for region in regions]
    with ThreadPoolExecutor(4) as pool:
        contents = list(pool.map(lambda pair: read_region(*pair), regional))
        users = list(pool.map(lambda user: read_user(iam, user), pages(iam, "list_users", "Users")))
    return {"regions": dict(zip(regions, contents)), "users": users}


for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = {
            "account": read_account(
                question["endpoint"],
                question["accessKeyId"],
                question["secretAccessKey"],
                question["regions"],
            )
        }
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
