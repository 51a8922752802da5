"""Calls a simulated account with boto3 in each wire protocol and prints what boto3 made of the answers.

Usage: boto3_calls.py ENDPOINT ACCESS_KEY_ID SECRET_ACCESS_KEY
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, access_key, secret_key = sys.argv[1:]
# The limits only end a call that hangs: whoever runs this may be busy.
config = Config(retries={"total_max_attempts": 1}, connect_timeout=600, read_timeout=600)
session = boto3.session.Session(aws_access_key_id=access_key, aws_secret_access_key=secret_key)


def client(service, region="us-east-1"):
    return session.client(service, region_name=region, endpoint_url=endpoint, config=config)


def pages(api, operation, key, **parameters):
    return [item for page in api.get_paginator(operation).paginate(**parameters) for item in page[key]]


def error_of(call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return None


ec2, iam, s3, sns = client("ec2"), client("iam"), client("s3"), client("sns")
budgets, functions = client("budgets"), client("lambda")
ec2_in_ireland, autoscaling = client("ec2", "eu-west-1"), client("autoscaling", "eu-west-1")
account_id = client("sts").get_caller_identity()["Account"]


def instances_of(api):
    return [i for r in pages(api, "describe_instances", "Reservations") for i in r["Instances"]]


content = {
    "regions": len(ec2.describe_regions()["Regions"]),
    "lifecycles": sorted(i.get("InstanceLifecycle", "on-demand") for i in instances_of(ec2)),
    "spot requests": [
        [r["State"], r["Type"]] for r in pages(ec2, "describe_spot_instance_requests", "SpotInstanceRequests")
    ],
    "groups": [
        {
            "name": g["AutoScalingGroupName"],
            "sizes": [g["MinSize"], g["MaxSize"], g["DesiredCapacity"]],
            "members": sorted(m["InstanceId"] for m in g["Instances"]),
            "suspended": g["SuspendedProcesses"],
        }
        for g in pages(autoscaling, "describe_auto_scaling_groups", "AutoScalingGroups")
    ],
    "tagged": sorted(
        i["InstanceId"]
        for i in instances_of(ec2_in_ireland)
        if {"Key": "aws:autoscaling:groupName", "Value": "workers"} in i["Tags"]
    ),
    "users": [
        {
            "name": u["UserName"],
            "keys": [
                [k["AccessKeyId"], k["Status"]]
                for k in pages(iam, "list_access_keys", "AccessKeyMetadata", UserName=u["UserName"])
            ],
            "policies": pages(iam, "list_attached_user_policies", "AttachedPolicies", UserName=u["UserName"]),
        }
        for u in pages(iam, "list_users", "Users")
    ],
}

iam.create_user(UserName="carol")
policy = {"Version": "2012-10-17", "Statement": [{"Sid": "ü & <>", "Effect": "Deny", "Action": "*", "Resource": "*"}]}
iam.put_user_policy(UserName="carol", PolicyName="inline", PolicyDocument=json.dumps(policy))
topic = sns.create_topic(Name="alarm")["TopicArn"]
budgets.create_budget(
    AccountId=account_id,
    Budget={
        "BudgetName": "monthly",
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "50", "Unit": "USD"},
    },
)
s3.create_bucket(Bucket="journal")
s3.put_object(Bucket="journal", Key="a b/ü", Body="gruß".encode(), Metadata={"kind": "test"})
instance = next(r["Instances"][0] for r in ec2.describe_instances()["Reservations"])
stopped = ec2.stop_instances(InstanceIds=[instance["InstanceId"]], Force=True)["StoppingInstances"][0]

json.dump(
    {
        "content": content,
        "account": account_id,
        "policy": iam.get_user_policy(UserName="carol", PolicyName="inline")["PolicyDocument"] == policy,
        "topic": sns.get_topic_attributes(TopicArn=topic)["Attributes"]["TopicArn"] == topic,
        "limit": budgets.describe_budget(AccountId=account_id, BudgetName="monthly")["Budget"]["BudgetLimit"],
        "object": s3.get_object(Bucket="journal", Key="a b/ü")["Body"].read().decode(),
        "keys": [o["Key"] for o in s3.list_objects_v2(Bucket="journal")["Contents"]],
        "launched": instance["LaunchTime"].isoformat(),
        "stopped": [stopped["PreviousState"]["Name"], stopped["CurrentState"]["Name"]],
        "errors": {
            "ec2": error_of(ec2.stop_instances, InstanceIds=["i-00000000000000000"]),
            "iam": error_of(iam.get_user, UserName="nobody"),
            "budgets": error_of(budgets.describe_budget, AccountId=account_id, BudgetName="none"),
            "lambda": error_of(functions.get_function, FunctionName="none"),
            "s3": error_of(s3.get_object, Bucket="journal", Key="none"),
            "s3 head": error_of(s3.head_object, Bucket="journal", Key="none"),
            "not simulated": error_of(ec2.get_console_output, InstanceId=instance["InstanceId"]),
        },
    },
    sys.stdout,
)
