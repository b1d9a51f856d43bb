/** Where the window is. Kept in the address, so that going back works and a place can be named. */
export type Route =
  | { page: "setup" }
  | { page: "stacks"; name: string | null; teardown: boolean }
  | { page: "jobs"; id: string | null; launch: string | null }
  | { page: "terraform"; stack: string | null };
export type PageName = Route["page"];

export function parse(hash: string): Route {
  const [page, ...rest] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const [first, second] = rest;
  switch (page) {
    case "stacks":
      return { page, name: first || null, teardown: second === "teardown" };
    case "jobs":
      return first === "launch"
        ? { page, id: null, launch: second ?? "" }
        : { page, id: first || null, launch: null };
    case "terraform":
      return { page, stack: first || null };
    default:
      return { page: "setup" };
  }
}

export const path = {
  setup: () => "#/setup",
  stacks: () => "#/stacks",
  stack: (name: string) => `#/stacks/${encodeURIComponent(name)}`,
  teardown: (name: string) => `#/stacks/${encodeURIComponent(name)}/teardown`,
  jobs: () => "#/jobs",
  job: (id: string) => `#/jobs/${encodeURIComponent(id)}`,
  launch: (stack = "") => `#/jobs/launch/${encodeURIComponent(stack)}`,
  terraform: (stack = "") => `#/terraform/${encodeURIComponent(stack)}`,
};

class Router {
  route = $state<Route>(parse(location.hash));

  constructor() {
    window.addEventListener("hashchange", () => {
      this.route = parse(location.hash);
    });
  }
  go(to: string): void {
    location.hash = to;
    this.route = parse(to);
  }
}

export const router = new Router();
