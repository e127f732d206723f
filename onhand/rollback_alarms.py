"""Which alarms take a deployment back when they go off (CloudFormation's rollback triggers)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from onhand.stack import Aws
from onhand.stack_state import resources_of

# Alarms of template.yaml that tell of a bad version of a function. CloudFormation takes five at most.
ALARMS = (
    "LoadInventoryErrorsAlarm",
    "LoadInventoryFailuresAlarm",
    "CheckStockErrorsAlarm",
    "CheckStockFailuresAlarm",
    "CheckStockLateAlarm",
)


@dataclass(frozen=True)
class Watch:
    """What CloudFormation watches during a deployment and for some minutes after it."""

    minutes: int
    alarms: tuple[str, ...]  # ARNs
    off_already: tuple[str, ...]  # names in template.yaml of those that are left out, because they go off now

    @property
    def configuration(self) -> dict[str, Any]:
        """RollbackConfiguration. Always a whole one: CloudFormation would go on with that of the last deployment."""
        return {
            "RollbackTriggers": [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in self.alarms],
            "MonitoringTimeInMinutes": self.minutes if self.alarms else 0,
        }


def watch(aws: Aws, stack: str, minutes: int) -> Watch:
    """Watch the alarms of a deployed stack for so many minutes after the deployment; 0 watches nothing.

    An alarm that goes off already is left out: whatever CloudFormation would make of it, what repairs an incident must
    not be taken back because of the incident. One that the stack does not have would make the deployment fail.
    """
    if minutes == 0:
        return Watch(0, (), ())
    names = {
        one["PhysicalResourceId"]: one["LogicalResourceId"]
        for one in resources_of(aws, stack)
        if one["LogicalResourceId"] in ALARMS
    }
    # Without names, DescribeAlarms answers with all alarms of the account.
    found = aws.cloudwatch.describe_alarms(AlarmNames=list(names))["MetricAlarms"] if names else []
    quiet = tuple(alarm["AlarmArn"] for alarm in found if alarm["StateValue"] != "ALARM")
    off = tuple(names[alarm["AlarmName"]] for alarm in found if alarm["StateValue"] == "ALARM")
    return Watch(minutes, quiet, off)
