"""`iam:PassRole` is never evaluated: who may register a task definition may give it any role of the account (ministack 1.5.33).

Here it is evaluated for the roles of task definitions, of tasks that are run, of functions, of flow logs and of instances."""
import re

from .. import iam_checks, upstream

iam, ecs = upstream.service("iam"), upstream.service("ecs")

TASKS, FLOW_LOGS, INSTANCES = "ecs-tasks.amazonaws.com", "vpc-flow-logs.amazonaws.com", "ec2.amazonaws.com"
FUNCTIONS = "lambda.amazonaws.com"
# CreateFunction and UpdateFunctionConfiguration; the text of an invocation may have a field of that name too.
SETS_FUNCTION = re.compile(r"POST /[\d-]+/functions/?|PUT /[\d-]+/functions/[^/]+/configuration/?")


def passing(roles, service):
    return [("iam:PassRole", role, {"iam:PassedToService": service}) for role in roles if role]


def arn_of(role):
    """A task definition may name a role without its ARN."""
    if not role or role.startswith("arn:"):
        return role
    return (iam._roles.get(role) or {}).get("Arn") or f"arn:aws:iam::{upstream.account_id()}:role/{role}"


@iam_checks.add("ecs")
def _to_tasks(request):
    if request.action == "RegisterTaskDefinition":
        sources = [request.data]
    elif request.action in ("RunTask", "StartTask"):
        definition = ecs._task_defs.get(ecs._resolve_td_key(request.data.get("taskDefinition", "")))
        sources = [definition or {}, request.data.get("overrides") or {}]
    else:
        return []
    return passing([arn_of(source.get(field)) for source in sources for field in ("taskRoleArn", "executionRoleArn")], TASKS)


@iam_checks.add("ec2")
def _to_flow_logs_and_instances(request):
    if request.action == "CreateFlowLogs":
        return passing([request.param("DeliverLogsPermissionArn")], FLOW_LOGS)
    profile = request.param("IamInstanceProfile.Name") or request.param("IamInstanceProfile.Arn").rsplit("/", 1)[-1]
    roles = (iam._instance_profiles.get(profile) or {}).get("Roles", []) if profile else []
    return passing([arn_of(role) for role in roles], INSTANCES)


@iam_checks.add("lambda")
def _to_functions(request):
    if not SETS_FUNCTION.fullmatch(f"{request.method} {request.path}"):
        return []
    return passing([arn_of(request.data.get("Role"))], FUNCTIONS)
