"""moto servers by the dozen: each is a fork of one process that has read the AWS-managed policies and made its apps,
which takes longer than a whole create. Reads ports from standard input, a line each; answers with the process ids."""

import os
import signal
import sys
import threading

import moto_more  # noqa: F401, what moto lacks
import moto.server as server
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
from werkzeug.test import Client

ASKED = {
    "iam": "Action=ListRoles&Version=2010-05-08",
    "ec2": "Action=DescribeVpcs&Version=2016-11-15",
    "sts": "Action=GetCallerIdentity&Version=2011-06-15",
}
TARGETS = {
    "logs": "Logs_20140328.DescribeLogGroups",
    "ecr": "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories",
}
BATCH = ["describejobqueues", "describecomputeenvironments", "describejobdefinitions"]

app = DomainDispatcherApplication(create_backend_app)
client = Client(app)


def ask(service, path="/", **request):
    scope = f"AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/{service}/aws4_request, Signature=0"
    headers = {"Authorization": scope, **request.pop("headers", {})}
    client.post(path, headers=headers, **request)


for service, form in ASKED.items():
    ask(service, data=form, content_type="application/x-www-form-urlencoded")
for service, target in TARGETS.items():
    ask(service, data="{}", headers={"X-Amz-Target": target}, content_type="application/x-amz-json-1.1")
for path in BATCH:
    ask("batch", f"/v1/{path}", data="{}", content_type="application/json")
# Without this, jobs fail for want of a Docker daemon.
client.post("/moto-api/config", data='{"batch":{"use_docker":false}}', content_type="application/json")

# Nobody waits for the forks.
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
ends, alive = os.pipe()


def end_with_the_parent():
    os.read(ends, 1)
    os._exit(0)


for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        os.close(alive)
        threading.Thread(target=end_with_the_parent, daemon=True).start()
        run_simple("127.0.0.1", int(line), app, threaded=True, request_handler=server.MotoRequestHandler)
        os._exit(0)
    print(pid, flush=True)
