"""Serves ministack with what it lacks of the deployed stack. What is supplied here is no evidence of ours.

- AWSDenyAll: a policy that does not exist attaches, and denies nothing.
- AWS::Budgets::Budget in CloudFormation, on ministack's own Budgets.
- A figure for what was spent, which a test writes into a file: nothing costs anything here.
- The description of a stack that a change set created, from its template.
- Alarms on metric math: the first metric of the expression stands for it.
- The condition keys by which the function's role may attach only one policy; the permission to read a budget, which AWS
  calls ViewBudget, on the budget that is read.
- A queue of connections that holds a burst of the engine's own.

Its settings are environment variables, see ministack.ts.
"""

import json
import os

from hypercorn.config import Config
from ministack.app import main
from ministack.core import iam_actions
from ministack.services import budgets, iam
from ministack.services.cloudformation import _stacks, handlers, provisioners

DENY_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}]}
iam._aws_managed_policies["arn:aws:iam::aws:policy/AWSDenyAll"] = iam._make_aws_managed_record(
    "AWSDenyAll", json.dumps(DENY_ALL)
)


def calculated_spend(budget):
    try:
        with open(os.environ["SPEND_FILE"]) as file:
            amount = file.read().strip()
    except (KeyError, FileNotFoundError):
        amount = "0"
    return {"ActualSpend": {"Amount": amount, "Unit": "USD"}}


budgets._calculated_spend = calculated_spend
describe_budget = budgets._DISPATCH["DescribeBudget"]


def describe_budget_with_spend(data):
    budget = budgets._budgets.get(data.get("BudgetName"))
    if budget:
        budget["CalculatedSpend"] = calculated_spend(budget)
    return describe_budget(data)


budgets._DISPATCH["DescribeBudget"] = describe_budget_with_spend


def budget_in_api(properties):
    """Numbers in CloudFormation are strings in the API."""
    budget = dict(properties["Budget"])
    limit = budget.get("BudgetLimit")
    if limit:
        budget["BudgetLimit"] = {"Unit": limit["Unit"], "Amount": str(limit["Amount"])}
    return budget


def or_error(answer):
    status, _headers, body = answer
    if status != 200:
        raise ValueError(body.decode() if isinstance(body, bytes) else str(body))


def create_budget(logical_id, properties, stack_name):
    budget = budget_in_api(properties)
    budget.setdefault("BudgetName", f"{stack_name}-{logical_id}")
    or_error(
        budgets._create_budget(
            {
                "Budget": budget,
                "NotificationsWithSubscribers": properties.get("NotificationsWithSubscribers", []),
            }
        )
    )
    return budget["BudgetName"], {}


def update_budget(physical_id, old_properties, new_properties, stack_name):
    """Another name is another budget: CloudFormation replaces it."""
    if new_properties["Budget"].get("BudgetName") != physical_id:
        created = create_budget(None, new_properties, stack_name)
        delete_budget(physical_id, old_properties)
        return created
    or_error(budgets._update_budget({"NewBudget": budget_in_api(new_properties)}))
    return physical_id, {}


def delete_budget(physical_id, properties):
    budgets._delete_budget({"BudgetName": physical_id})


provisioners._RESOURCE_HANDLERS["AWS::Budgets::Budget"] = {
    "create": create_budget,
    "update": update_budget,
    "delete": delete_budget,
}
describe_stacks = handlers._ACTION_HANDLERS["DescribeStacks"]


def describe_stacks_with_description(params):
    for stack in _stacks.values():
        stack["Description"] = stack.get("Description") or (stack.get("_template") or {}).get("Description", "")
    return describe_stacks(params)


handlers._ACTION_HANDLERS["DescribeStacks"] = describe_stacks_with_description
metric_alarm_record = provisioners._cw_metric_alarm_record


def alarm_record_with_math(name, properties):
    metric = next((query["MetricStat"] for query in properties.get("Metrics") or [] if "MetricStat" in query), None)
    if metric is None:
        return metric_alarm_record(name, properties)
    plain = {key: value for key, value in properties.items() if key != "Metrics"}
    return metric_alarm_record(
        name, {**plain, **metric["Metric"], "Period": metric["Period"], "Statistic": metric["Stat"]}
    )


provisioners._cw_metric_alarm_record = alarm_record_with_math

CONDITION_KEYS = {"PolicyArn": "iam:PolicyARN", "PermissionsBoundary": "iam:PermissionsBoundary"}
request_tag_context = iam_actions.request_tag_context
extract_iam_action = iam_actions.extract_iam_action
extract_resource_arn = iam_actions.extract_resource_arn


def request_context(service, iam_action, body, params):
    context = request_tag_context(service, iam_action, body, params)
    if service == "iam":
        for name, key in CONDITION_KEYS.items():
            value = params.get(name)
            if value:
                context[key] = value[0] if isinstance(value, list) else value
    return context


def iam_action_of(service, *request):
    action = extract_iam_action(service, *request)
    return "budgets:ViewBudget" if action in BUDGET_READS else action


def resource_arn_of(service, method, path, headers, body, params, region, account):
    name = json.loads(body or b"{}").get("BudgetName") if service == "budgets" else None
    if name:
        return f"arn:aws:budgets::{account}:budget/{name}"
    return extract_resource_arn(service, method, path, headers, body, params, region, account)


BUDGET_READS = {
    f"budgets:{name}"
    for name in ("DescribeBudget", "DescribeBudgets", "DescribeNotificationsForBudget", "DescribeBudgetPerformanceHistory")
}
iam_actions.request_tag_context = request_context
iam_actions.extract_iam_action = iam_action_of
iam_actions.extract_resource_arn = resource_arn_of

# hypercorn's own 100 refuses a part of a burst.
Config.backlog = 4096
main()
