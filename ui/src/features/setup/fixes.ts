import type { CheckItem, Fix } from "../../ipc";

/** What is offered at each finding, by its id: what mends several of them is offered at the first. */
export function offered(items: CheckItem[]): Map<string, Fix[]> {
  const before = new Set<string>();
  const fresh = (fix: Fix) => {
    if (fix.kind === "plan" || fix.kind === "limit") return false;
    // Words to send are about the one finding.
    if (fix.kind === "ask") return true;
    const what = JSON.stringify(fix.kind === "account" ? fix.changes : fix.amendments);
    if (before.has(what)) return false;
    before.add(what);
    return true;
  };
  return new Map(items.map((item) => [item.id, item.fixes.filter(fresh)] as const));
}
