import type { ActivityEntry, ActivityFilter } from "../../ipc";

/** Whether this call is meant; the same as what Rust saves to a file. */
export function takes({ search, changes, failed }: ActivityFilter, entry: ActivityEntry): boolean {
  if ((changes && !entry.changes) || (failed && !entry.failed)) return false;
  const { service, action, outcome, resource, request_id } = entry;
  const said = `${service}:${action} ${outcome} ${resource ?? ""} ${request_id ?? ""}`;
  return said.toLowerCase().includes(search.trim().toLowerCase());
}
