import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { testids as t } from "../src/testids";
import { click, closeApp, faults, fill, find, gone, openApp, state } from "./app";

afterEach(closeApp);

const rows = () => [...document.querySelectorAll<HTMLElement>('[role="row"][data-state]')];

it("draws a window of 10,000 jobs, and filters them", async () => {
  await openApp({ jobs: 10_000 }, "#/jobs");
  await find(t.jobsTable);
  await waitFor(() => expect(rows().length).toBeGreaterThan(5));
  expect(rows().length).toBeLessThan(200);
  expect(screen.getByTestId(t.jobsTable).getAttribute("aria-rowcount")).toBe("10001");
  expect(await faults()).toEqual([]);
  await click(t.count("FAILED"));
  await waitFor(() => expect(rows().every((row) => row.dataset["state"] === "FAILED")).toBe(true));
  await click(t.count("FAILED"));
  await fill(t.jobFilter, "tile-09");
  await waitFor(() => expect(rows().every((row) => row.dataset["name"]?.startsWith("tile-09"))).toBe(true));
  await fill(t.jobFilter, "nothing is called that");
  await find(t.jobsEmpty);
});

it("ends marked jobs, those that can be, after asking", async () => {
  await openApp({}, "#/jobs");
  await find(t.jobsTable);
  await waitFor(() => expect(rows().length).toBeGreaterThan(5));
  const [first, ...others] = rows();
  for (const row of [first, ...others.slice(0, 4)]) row?.querySelector("input")?.click();
  expect((await find(t.jobsCancel)).textContent).toContain("Cancel 3 jobs");
  expect((await find(t.jobsTerminate)).textContent).toContain("Terminate 5 jobs");
  await click(t.jobsTerminate);
  await find(t.confirm);
  expect(await faults()).toEqual([]);
  await fill(t.confirmReason, "enough");
  await click(t.confirmYes);
  await gone(t.jobsTerminate);
  await waitFor(() => expect(rows()[0]?.textContent).toContain("enough"));
});

it("walks the list by keyboard", async () => {
  await openApp({}, "#/jobs");
  const table = await find(t.jobsTable);
  await waitFor(() => expect(rows().length).toBeGreaterThan(5));
  const press = (key: string) => table.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  press("ArrowDown");
  press("ArrowDown");
  press(" ");
  await find(t.jobsTerminate);
  expect(table.getAttribute("aria-activedescendant")).toBe(rows()[1]?.id);
  press("Enter");
  await find(t.jobPage);
});

it("launches a job and shows its log, with the word that was typed", async () => {
  await openApp({ second: 20 }, "#/jobs/launch/imaging");
  await fill(t.launch("name"), "first");
  await click(t.launchAddVariable);
  await fill(t.launchVariableName(0), "WORD");
  await fill(t.launchVariableValue(0), "quokka");
  await waitFor(() => expect(screen.getByTestId(t.launchCommandLine).textContent).toContain("quokka"));
  expect(screen.getByTestId(t.launchCommandLine).textContent).toContain("--job-name first");
  expect(await faults()).toEqual([]);
  await click(t.launchSubmit);
  await find(t.jobPage);
  await waitFor(() => expect(screen.getAllByTestId(t.logLine).length).toBeGreaterThan(1), { timeout: 8000 });
  await waitFor(() => expect(screen.getByTestId(t.logs).textContent).toContain("WORD=quokka"));
  await state(t.jobState, "SUCCEEDED");
  expect(await faults()).toEqual([]);
  for (const tab of ["details", "json"]) {
    await click(t.jobTab(tab));
    expect(await faults()).toEqual([]);
  }
  expect(screen.queryByTestId(t.jobTerminate)).toBeNull();
});

it("offers each queue with the definitions that run on it, and launches there", async () => {
  await openApp({ hosts: true }, "#/jobs");
  const options = (id: string) =>
    [...screen.getByTestId(id).querySelectorAll("option")].map((option) => option.textContent);
  await find(t.queue);
  expect(options(t.queue)).toEqual(["imaging-main", "imaging-spare", "nightly-etl-main"]);
  await fill(t.queue, "imaging-spare");
  await click(t.launchOpen);
  await find(t.launch("queue"));
  expect(options(t.launch("stack"))).toEqual(["imaging", "nightly-etl"]);
  expect((screen.getByTestId(t.launch("queue")) as HTMLSelectElement).value).toBe("imaging-spare");
  expect(options(t.launch("definition"))).toEqual(["imaging-align", "imaging-segment"]);
  expect((await find(t.launch("memory"))).getAttribute("placeholder")).toBe("1024");
  await fill(t.launch("memory"), "3000");
  await fill(t.launch("definition"), "imaging-segment");
  const line = () => screen.getByTestId(t.launchCommandLine).textContent;
  await waitFor(() => expect(line()).toContain("--job-definition imaging-segment"));
  expect(line()).toContain("--job-queue imaging-spare");
  expect(line()).toContain('"value":"3000"');
  expect(await faults()).toEqual([]);
  await fill(t.launch("queue"), "imaging-main");
  // Fargate has no such size.
  await waitFor(() => expect(line()).not.toContain("3000"));
  await waitFor(() => expect(options(t.launch("definition"))).toEqual(["imaging-main"]));
  await fill(t.launch("stack"), "nightly-etl");
  await gone(t.launch("queue"));
  await waitFor(() => expect(line()).toContain("--job-queue nightly-etl-main"));
});

it("asks whose a job is where the queue wants to know, and shows it", async () => {
  await openApp({ hosts: true, second: 20 }, "#/jobs/launch/imaging");
  await find(t.launch("queue"));
  expect(screen.queryByTestId(t.launch("share"))).toBeNull();
  await fill(t.launch("queue"), "imaging-spare");
  const share = await find(t.launch("share"));
  expect(note(share)).toContain("research, user*");
  share.focus();
  await fireEvent.keyDown(share, { key: "ArrowDown" });
  expect((await find(`${t.launch("share")}-offers`)).textContent.trim()).toBe("research");
  await fireEvent.keyDown(share, { key: "Escape" });
  expect(await faults()).toEqual([]);
  await click(t.launchSubmit);
  expect(await noteAt(t.launch("share"))).toContain("It weighs research, user*");
  expect(screen.queryByTestId(t.jobPage)).toBeNull();
  await fill(t.launch("share"), "userAna");
  await fill(t.launch("priority"), "12");
  const line = () => screen.getByTestId(t.launchCommandLine).textContent;
  await waitFor(() => expect(line()).toContain("--share-identifier userAna"));
  expect(line()).toContain("--scheduling-priority-override 12");
  await click(t.launchSubmit);
  await find(t.jobPage);
  await click(t.jobTab("details"));
  const shown = () => screen.getByTestId(t.jobPage).textContent;
  await waitFor(() => expect(shown()).toContain("userAna"));
  expect(shown()).toContain("priority 12");
  // The list is of the queue that it went to, and a teardown tells of both that have something to do.
  await click(t.nav("jobs"));
  expect(((await find(t.queue)) as HTMLSelectElement).value).toBe("imaging-spare");
  location.hash = "#/stacks/imaging";
  await click(t.stackQueue("imaging-main"));
  expect(((await find(t.queue)) as HTMLSelectElement).value).toBe("imaging-main");
  location.hash = "#/stacks/imaging";
  await click(t.stackQueue("imaging-spare"));
  expect(((await find(t.queue)) as HTMLSelectElement).value).toBe("imaging-spare");
  location.hash = "#/stacks/imaging/teardown";
  await click(t.teardownSeeJobs("imaging-main"));
  expect(((await find(t.queue)) as HTMLSelectElement).value).toBe("imaging-main");
});

it("refuses an impossible launch at its field", async () => {
  await openApp({}, "#/jobs/launch/imaging");
  await fill(t.launch("array"), "50000");
  await click(t.launchSubmit);
  await waitFor(() =>
    expect(screen.getByTestId(t.launch("array")).getAttribute("aria-invalid")).toBe("true"),
  );
  expect(screen.queryByTestId(t.jobPage)).toBeNull();
});

/** The note that stands at a field which is marked as wrong. */
async function noteAt(id: string): Promise<string> {
  await waitFor(() => expect(screen.getByTestId(id).getAttribute("aria-invalid")).toBe("true"));
  return note(screen.getByTestId(id));
}

/** The note below a field. */
function note(field: HTMLElement): string {
  return document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent ?? "";
}

it("sends no command that cannot be read, and keeps it as it was typed", async () => {
  await openApp({ second: 20 }, "#/jobs/launch/imaging");
  await fill(t.launch("command"), "sh -c 'echo unbalanced");
  expect(await noteAt(t.launch("command"))).toContain("opening quote without its closing one");
  await waitFor(() =>
    expect(screen.getByTestId(t.launchCommandLine).textContent).not.toContain("submit-job"),
  );
  expect(await faults()).toEqual([]);
  await click(t.launchSubmit);
  await waitFor(() => expect(screen.getByTestId(t.launchSubmit).hasAttribute("disabled")).toBe(true));
  expect(screen.queryByTestId(t.jobPage)).toBeNull();
  expect((screen.getByTestId(t.launch("command")) as HTMLInputElement).value).toBe("sh -c 'echo unbalanced");

  await fill(t.launch("command"), "sh -c 'echo balanced'");
  await waitFor(() =>
    expect(screen.getByTestId(t.launch("command")).getAttribute("aria-invalid")).toBeNull(),
  );
  await waitFor(() => expect(screen.getByTestId(t.launchCommandLine).textContent).toContain("echo balanced"));
  await click(t.launchSubmit);
  await find(t.jobPage);
});

it("says at its field what was refused, until it is changed", async () => {
  await openApp({}, "#/jobs/launch/imaging");
  await fill(t.launch("depends-on"), "not_an_id");
  await click(t.launchSubmit);
  expect(await noteAt(t.launch("depends-on"))).toContain('"not_an_id" is not a job\'s id');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId(t.launch("depends-on"))));
  const foot = (await find(t.problem)).textContent;
  expect(foot).toContain("nothing was sent");
  expect(foot).not.toMatch(/depends_on|below/);
  expect(await faults()).toEqual([]);
  await fill(t.launch("depends-on"), "0a1b-2c");
  await waitFor(() =>
    expect(screen.getByTestId(t.launch("depends-on")).getAttribute("aria-invalid")).toBeNull(),
  );
  await gone(t.problem);
});

it("does not object to a quote while it is still being typed", async () => {
  await openApp({}, "#/jobs/launch/imaging");
  const field = (await find(t.launch("command"))) as HTMLInputElement;
  field.value = "sh -c '";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await waitFor(() =>
    expect(screen.getByTestId(t.launchCommandLine).textContent).not.toContain("submit-job"),
  );
  expect(field.getAttribute("aria-invalid")).toBeNull();
});

it("keeps markup in a log as text", async () => {
  await openApp({}, "#/jobs");
  await waitFor(() => expect(rows().length).toBeGreaterThan(15), { timeout: 4000 });
  rows()
    .find((row) => row.dataset["state"] === "SUCCEEDED")
    ?.querySelector("a")
    ?.click();
  await find(t.jobPage);
  await fill(t.logSearch, "script");
  await waitFor(() => expect(screen.getByTestId(t.logs).querySelector("mark")).not.toBeNull(), {
    timeout: 4000,
  });
  expect(screen.getByTestId(t.logs).querySelector("script, a")).toBeNull();
});

it("counts no jobs beside Jobs any more when their stack is torn down", async () => {
  await openApp({}, "#/jobs");
  const counted = () => screen.getByTestId(t.nav("jobs")).querySelector(".count")?.textContent ?? null;
  await waitFor(() => expect(counted()).not.toBeNull());
  for (const [stack, left] of [
    ["nightly-etl", counted()],
    ["imaging", null],
  ] as const) {
    location.hash = `#/stacks/${stack}/teardown`;
    await fill(t.teardownName, stack);
    await click(t.teardownStart);
    await find(t.teardownDone);
    expect(counted(), stack).toBe(left);
  }
});
