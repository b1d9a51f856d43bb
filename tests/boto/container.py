"""Plays the container of the newest job that has succeeded in a queue, for an emulator that ends jobs without running
them: writes into the job's log stream what its command says with the environment that the job was really given.

moto also forgets a job's log configuration when it describes it, and a job without one writes into AWS's own group."""

import json
import sys

import boto3

batch, logs = boto3.client("batch"), boto3.client("logs")
listed = batch.list_jobs(jobQueue=sys.argv[1], jobStatus="SUCCEEDED")["jobSummaryList"]
newest = max(listed, key=lambda job: job["createdAt"])
job = batch.describe_jobs(jobs=[newest["jobId"]])["jobs"][0]
container = job["container"]
given = {pair["name"]: pair["value"] for pair in container["environment"]}
said = container["command"][-1].removeprefix("echo ").replace("$WORD", given["WORD"])
group, stream = "/aws/batch/job", container["logStreamName"]
logs.create_log_group(logGroupName=group)
logs.create_log_stream(logGroupName=group, logStreamName=stream)
event = {"timestamp": job["startedAt"], "message": said}
logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])
print(json.dumps({"command": container["command"], "group": group}))
