import { screen, waitFor } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { testids as t } from "../src/testids";
import { click, closeApp, faults, fill, find, gone, openApp, state } from "./app";

afterEach(closeApp);

it.each([
  ["#/stacks", t.stackRow("imaging")],
  ["#/stacks/nightly-etl", t.stackTab("parts")],
  ["#/terraform", t.terraformCode],
])("%s has nothing that axe objects to", async (address, shown) => {
  await openApp({}, address);
  await find(shown);
  expect(await faults()).toEqual([]);
});

it.each([
  ["#/stacks", t.stacksEmpty],
  ["#/jobs", t.jobsEmpty],
])("%s says what to do when there is nothing", async (address, shown) => {
  await openApp({ empty: true }, address);
  await find(shown);
  expect(await faults()).toEqual([]);
});

it.each([
  "#/stacks",
  "#/stacks/imaging",
  "#/stacks/imaging/teardown",
  "#/jobs",
  "#/jobs/launch/",
  "#/terraform",
])("%s says what happened without a network, and what to do", async (address) => {
  await openApp({ error: true }, address);
  const problem = await find(t.problem);
  expect(problem.dataset["code"]).toBe("aws-unreachable");
  expect(problem.textContent).toContain("Check the network connection");
  expect(await faults()).toEqual([]);
});

it("tears a stack down only when its name is typed", async () => {
  await openApp({}, "#/stacks/imaging/teardown");
  await find(t.teardownGoes);
  expect(screen.getByTestId(t.teardownStays).textContent).toContain("AWSServiceRoleForBatch");
  // What a job would cost is no matter of a stack that goes.
  expect(screen.getByTestId(t.teardownPage).textContent).not.toMatch(/\$|an hour/);
  expect(await faults()).toEqual([]);
  await fill(t.teardownName, "imagin");
  expect(screen.getByTestId(t.teardownStart).hasAttribute("disabled")).toBe(true);
  await fill(t.teardownName, "imaging");
  await click(t.teardownStart);
  await state(t.run, "done");
  await find(t.teardownDone);
  expect(await faults()).toEqual([]);
});

it.each(["#/stacks", "#/stacks/imaging"])(
  "%s says that a journal is damaged, and has it rebuilt in place",
  async (address) => {
    await openApp({ damaged: true }, address);
    const problem = await find(t.problem);
    expect(problem.dataset["code"]).toBe("journal-damaged");
    expect(await faults()).toEqual([]);
    if (address !== "#/stacks") expect((await find(t.stackTeardown)).hasAttribute("disabled")).toBe(true);
    await click(t.stackRebuild("imaging"));
    await gone(t.problem);
    await click(address === "#/stacks" ? t.stackRow("imaging") : t.stackTeardown);
  },
);

it("writes Terraform for either provider, and saves it", async () => {
  await openApp({}, "#/terraform/imaging");
  await click(t.terraformFile("batch.tf"));
  await waitFor(() =>
    expect(screen.getByTestId(t.terraformCode).textContent).not.toContain("compute_environment_name"),
  );
  await click(t.terraformProvider("5"));
  await waitFor(() =>
    expect(screen.getByTestId(t.terraformCode).textContent).toContain("compute_environment_name"),
  );
  await click(t.terraformImports);
  await waitFor(() => expect(screen.queryByTestId(t.terraformFile("imports.tf"))).toBeNull());
  await click(t.terraformSave);
  const folder = (await find(t.terraformFolder)) as HTMLInputElement;
  await waitFor(() => expect(folder.value).toBe("/Users/ana/imaging-terraform"));
  await click(t.terraformSaveHere);
  expect((await find(t.terraformSaved)).textContent).toContain("/Users/ana/imaging-terraform");
});

it("goes anywhere from the palette", async () => {
  await openApp();
  await find(t.nav("jobs"));
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
  await find(t.palette);
  await find(t.paletteItem("stack-imaging"));
  expect(await faults()).toEqual([]);
  await click(t.paletteItem("terraform-imaging"));
  await find(t.page("terraform"));
});

it("resets the practice account after asking", async () => {
  await openApp({}, "#/stacks");
  await find(t.stackRow("imaging"));
  await click(t.openSettings);
  await find(t.settings);
  expect(await faults()).toEqual([]);
  await click(t.resetPractice);
  await find(t.confirm);
  await click(t.confirmYes);
  await find(t.stacksEmpty);
});

it("does not reset the own practice account out of a lesson", async () => {
  await openApp({ connected: false });
  await click(t.openLessons);
  await click(t.lessonBegin("reach-no-route"));
  await find(t.lessonBar);
  await click(t.openSettings);
  await find(t.settings);
  expect(screen.queryByTestId(t.resetPractice)).toBeNull();
});

it("shows every AWS call", async () => {
  await openApp({}, "#/stacks");
  await find(t.stackRow("imaging"));
  await click(t.toggleActivity);
  await waitFor(() => expect(screen.getAllByTestId(t.activityRow).length).toBeGreaterThan(0));
  expect(screen.getAllByTestId(t.activityRow)[0]?.dataset["action"]).toBe(
    "batch:DescribeComputeEnvironments",
  );
  expect(await faults()).toEqual([]);
});

it("says who and where, and looks different for AWS", async () => {
  await openApp({ connected: "aws" }, "#/stacks");
  expect((await find(t.identity)).textContent).toContain("4819-0722-3644");
  expect(screen.queryByTestId(t.practice)).toBeNull();
});
