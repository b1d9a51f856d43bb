import type { Blueprint, Difference } from "../contract";

/** What the fake account would have to change of a stack, by the id of the step that does. */
export function changes(found: Blueprint, wish: Blueprint): Map<string, Difference[]> {
  const all = new Map<string, Difference[]>();
  const note = (id: string, what: string, is: unknown, should: unknown) => {
    const text = (value: unknown) => (value === undefined || value === null ? null : String(value));
    if (text(is) === text(should)) return;
    all.set(id, [...(all.get(id) ?? []), { what, found: text(is), wanted: text(should) }]);
  };
  const pairs = <T extends { name: string }>(is: T[], should: T[]) =>
    should.flatMap((wanted) =>
      is.filter(({ name }) => name === wanted.name).map((one) => [one, wanted] as const),
    );
  for (const [is, should] of pairs(found.compute_environments, wish.compute_environments)) {
    note(`compute-environment/${is.name}`, "maxvCpus", is.max_vcpus, should.max_vcpus);
  }
  for (const [is, should] of pairs(found.job_definitions, wish.job_definitions)) {
    const id = `job-definition/${is.name}`;
    note(id, "image", is.image, should.image);
    note(id, "command", is.command.join(" "), should.command.join(" "));
    for (const name of new Set([...Object.keys(is.environment), ...Object.keys(should.environment)])) {
      note(id, `environment.${name}`, is.environment[name], should.environment[name]);
    }
    note(id, "attemptDurationSeconds", is.timeout_seconds, should.timeout_seconds);
  }
  return all;
}
