import type { Blueprint } from "../../ipc";

/** The paths of a blueprint that the form has a field for: the first entry of each list. */
export const fields = {
  name: "name",
  cidr: "network.cidr",
  image: "job_definitions[0].image",
  command: "job_definitions[0].command",
  vcpu: "job_definitions[0].vcpu",
  memory: "job_definitions[0].memory_mib",
  architecture: "job_definitions[0].architecture",
  attempts: "job_definitions[0].attempts",
  timeout: "job_definitions[0].timeout_seconds",
  publicIp: "job_definitions[0].assign_public_ip",
  maxVcpus: "compute_environments[0].max_vcpus",
  priority: "job_queues[0].priority",
  retention: "logs.retention_days",
  repository: "repositories[0].name",
  serviceRole: "service_role",
  tags: "tags",
  environment: "job_definitions[0].environment",
} as const;

export function shown(blueprint: Blueprint): string[] {
  const hidden: string[] = [];
  if (blueprint.network.kind !== "new-vpc") hidden.push(fields.cidr);
  if (blueprint.repositories.length === 0) hidden.push(fields.repository);
  return Object.values(fields).filter((path) => !hidden.includes(path));
}
