import { screen, waitFor } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { testids as t } from "../src/testids";
import { click, closeApp, faults, fill, find, gone, openApp, state } from "./app";

afterEach(closeApp);

const DRIFTED = "compute-environment/main";

it("what drifted is shown attribute by attribute, and accepted where the blueprint has a say", async () => {
  await openApp({ drifted: true }, "#/stacks/imaging");
  const row = await find(t.checkRow(`resource:${DRIFTED}`));
  expect(row.textContent).toContain("96");
  expect(screen.getAllByTestId(/^put-back-/)).toHaveLength(1);
  expect(await faults()).toEqual([]);
  await click(t.accept(DRIFTED));
  await gone(t.accept(DRIFTED));
  await click(t.stackTab("blueprint"));
  await waitFor(() => expect(document.body.textContent).toContain("max_vcpus = 96"));
});

it("a stack that is there is changed from its page", async () => {
  await openApp({}, "#/stacks/imaging");
  await click(t.stackChange);
  const name = (await find(t.field("name"))) as HTMLInputElement;
  expect(name.value).toBe("imaging");
});

it("jobs that a change disturbs are told of, and a person says yes to that", async () => {
  await openApp({}, "#/stacks/imaging");
  await click(t.stackChange);
  await fill(t.field("compute_environments[0].max_vcpus"), "1");
  await click(t.goCheck);
  await click(t.goReview);
  const busy = await find(t.planBusy);
  expect(busy.textContent).toContain("Jobs on it that have not ended");
  await click(t.goCreate);
  await find(t.confirm);
  expect(await faults()).toEqual([]);
  await click(t.confirmNo);
  await gone(t.confirm);
  expect(screen.queryByTestId(t.createPage)).toBeNull();
  await click(t.goCreate);
  await click(t.confirmYes);
  await state(t.run, "done").catch(() => find(t.donePage));
});

it("where a name is taken another one is offered, and taking over says what it tags", async () => {
  await openApp({ taken: true }, "#/setup");
  await click(t.goCheck);
  const taken = await find(t.taken);
  expect(taken.textContent).toContain("One name");
  await click(t.takenAdopt);
  const asked = await find(t.confirm);
  await waitFor(() => expect(asked.querySelectorAll("li")).toHaveLength(1));
  expect(await faults()).toEqual([]);
  await click(t.confirmYes);
  await gone(t.taken);
  await state(t.checkSummary, "ready");
});

it("another name is taken with one click", async () => {
  await openApp({ taken: true }, "#/setup");
  await click(t.goCheck);
  await click(t.takenRename);
  await waitFor(() => expect(screen.getByTestId(t.checkPage).textContent).toContain("my-stack-2"));
});
