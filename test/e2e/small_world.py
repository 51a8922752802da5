"""Prints one region and IAM as boto3 sees them, one JSON line for each line read: a witness that shares no code
with the engine, kept running because boto3 takes half a second to load.

Usage: small_world.py ENDPOINT REGION ACCESS_KEY_ID SECRET_ACCESS_KEY SESSION_TOKEN
"""

import json
import sys

import boto3
from botocore.config import Config

endpoint, region, access_key, secret_key, session_token = sys.argv[1:]
session = boto3.session.Session(access_key, secret_key, session_token)
config = Config(connect_timeout=5, read_timeout=30)
ec2 = session.client("ec2", region_name=region, endpoint_url=endpoint, config=config)
autoscaling = session.client("autoscaling", region_name=region, endpoint_url=endpoint, config=config)
iam = session.client("iam", region_name="us-east-1", endpoint_url=endpoint, config=config)


def pages(client, operation, key, **parameters):
    for page in client.get_paginator(operation).paginate(**parameters):
        yield from page[key]


def is_set(instance, attribute, key):
    return ec2.describe_instance_attribute(InstanceId=instance["InstanceId"], Attribute=attribute)[key]["Value"]


def read_instance(instance):
    state = instance["State"]["Name"]
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    group = tags.get("aws:autoscaling:groupName")
    if state == "terminated":
        return {"state": state, "group": group, "stopProtected": False, "terminationProtected": False}
    return {
        "state": state,
        "group": group,
        "stopProtected": is_set(instance, "disableApiStop", "DisableApiStop"),
        "terminationProtected": is_set(instance, "disableApiTermination", "DisableApiTermination"),
    }


def read_user(name):
    return {
        "keys": {key["AccessKeyId"]: key["Status"] for key in pages(iam, "list_access_keys", "AccessKeyMetadata", UserName=name)},
        "policies": [p["PolicyArn"] for p in pages(iam, "list_attached_user_policies", "AttachedPolicies", UserName=name)],
    }


def read():
    return {
        "instances": {
            instance["InstanceId"]: read_instance(instance)
            for reservation in pages(ec2, "describe_instances", "Reservations")
            for instance in reservation["Instances"]
        },
        "groups": {
            group["AutoScalingGroupName"]: {
                "sizes": [group["MinSize"], group["MaxSize"], group["DesiredCapacity"]],
                "suspended": sorted(process["ProcessName"] for process in group["SuspendedProcesses"]),
            }
            for group in pages(autoscaling, "describe_auto_scaling_groups", "AutoScalingGroups")
        },
        "users": {user["UserName"]: read_user(user["UserName"]) for user in pages(iam, "list_users", "Users")},
    }


for _ in sys.stdin:
    print(json.dumps(read()), flush=True)
