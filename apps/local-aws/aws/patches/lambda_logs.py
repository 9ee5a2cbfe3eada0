"""A function's log is written whatever its role may do, and its log group is made again by a request under way after it was destroyed
(ministack 1.5.33). With AUTH it takes the role's `logs:CreateLogStream` and `logs:PutLogEvents`, and `logs:CreateLogGroup` for a group
that is not there; without them there is no log, as on AWS."""
from .. import upstream

lambdas, logs, evaluator = upstream.service("lambda_svc"), upstream.service("cloudwatch_logs"), upstream.iam_evaluator


@upstream.wrap(lambdas, "_emit_lambda_logs")
def _as_its_role_may(inner, function, *arguments, **named):
    config = function.get("config") or function
    if upstream.gateway.AUTH and not _may_write(config):
        return None
    return inner(function, *arguments, **named)


def _may_write(config):
    group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config.get('FunctionName')}"
    arn = f"arn:aws:logs:{upstream.region()}:{upstream.account_id()}:log-group:{group}"
    wanted = [("logs:CreateLogStream", f"{arn}:log-stream:"), ("logs:PutLogEvents", f"{arn}:log-stream:s")]
    if group not in logs._log_groups:
        wanted.append(("logs:CreateLogGroup", f"{arn}:*"))
    key = upstream.lambda_runtime.execution_credentials(config)["AWS_ACCESS_KEY_ID"]
    principal = evaluator.resolve_principal(key, upstream.account_id())
    # A role that is gone may do nothing.
    return not isinstance(principal, evaluator.AuthError) and all(_allows(principal, *each) for each in wanted)


def _allows(principal, action, resource):
    asked = evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=action,
        resource_arn=resource,
        region=upstream.region(),
        principal_keys=principal.keys,
    )
    return evaluator.evaluate(asked, principal.policies, *principal.limits).decision == "Allow"
