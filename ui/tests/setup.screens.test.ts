import { screen, waitFor } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { testids as t } from "../src/testids";
import { click, closeApp, faults, fill, find, gone, openApp, state } from "./app";

afterEach(closeApp);

async function toReview() {
  await click(t.goCheck);
  await state(t.checkSummary, "ready");
  await click(t.goReview);
  await find(t.cost);
}

it("leads from the first start to a finished stack", async () => {
  await openApp({ connected: false, empty: true });
  await find(t.connect);
  expect(await faults()).toEqual([]);
  await click(t.connectPractice);
  await find(t.practice);
  await fill(t.field("name"), "imaging");
  expect(await faults()).toEqual([]);

  await click(t.goCheck);
  await state(t.checkSummary, "ready");
  expect(screen.getByTestId(t.checkRow("resource:execution-role")).dataset["state"]).toBe("make");
  expect(await faults()).toEqual([]);

  await click(t.goReview);
  expect((await find(t.planRow("compute-environment/main"))).dataset["state"]).toBe("create");
  expect(await faults()).toEqual([]);
  for (const tab of ["graph", "permissions", "terraform"]) {
    await click(t.reviewTab(tab));
    expect(await faults()).toEqual([]);
  }

  await click(t.goCreate);
  await find(t.donePage);
  expect(await faults()).toEqual([]);
  await click(t.doneStack);
  await find(t.stackPage);
  expect(location.hash).toBe("#/stacks/imaging");
});

it("lists what changes of a stack that is there, attribute by attribute", async () => {
  await openApp();
  await fill(t.field("name"), "imaging");
  await click(t.chooseDetails);
  await fill(t.field("compute_environments[0].max_vcpus"), "6");
  const rows = (id: string) =>
    [...screen.getByTestId(t.differences(id)).querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent?.trim()),
    );
  await click(t.goCheck);
  await state(t.checkSummary, "ready");
  expect(screen.getByTestId(t.checkRow("resource:compute-environment/main")).dataset["state"]).toBe("mend");
  expect(rows("resource:compute-environment/main")).toEqual([["maxvCpus", "4", "6"]]);
  expect(await faults()).toEqual([]);
  await click(t.goReview);
  expect((await find(t.planRow("compute-environment/main"))).dataset["state"]).toBe("change");
  expect(rows("compute-environment/main")).toEqual([["maxvCpus", "4", "6"]]);
  expect(document.querySelectorAll("table")).toHaveLength(1);
  expect(screen.getByTestId(t.goCreate).textContent).toContain("Change stack");
  expect(await faults()).toEqual([]);
});

it("keeps what was typed when going back, and elsewhere", async () => {
  await openApp();
  await fill(t.field("name"), "kept");
  await click(t.networkNew);
  await fill(t.field("network.cidr"), "10.9.0.0/16");
  await click(t.networkDefault);
  await click(t.goCheck);
  await click(t.nav("stacks"));
  location.hash = "#/stacks";
  await find(t.page("stacks"));
  location.hash = "#/setup";
  await find(t.checkPage);
  await click(t.back);
  expect(((await find(t.field("name"))) as HTMLInputElement).value).toBe("kept");
  await click(t.networkNew);
  expect(((await find(t.field("network.cidr"))) as HTMLInputElement).value).toBe("10.9.0.0/16");
});

it("shows a problem at its field and goes no further", async () => {
  await openApp();
  await fill(t.field("name"), "X!");
  await waitFor(() => expect(screen.getByTestId(t.field("name")).getAttribute("aria-invalid")).toBe("true"));
  const note = screen.getByTestId(t.field("name")).getAttribute("aria-describedby") ?? "";
  expect(document.getElementById(note)?.textContent).toContain("3 to 32 characters");
  await click(t.goCheck);
  await waitFor(() => expect(screen.getByTestId(t.goCheck).hasAttribute("disabled")).toBe(false));
  expect(screen.queryByTestId(t.checkPage)).toBeNull();
});

it("shows what is wrong with a variable where it was typed, and keeps the details open when it is mended", async () => {
  await openApp();
  await click(t.section("job_definitions"));
  const details = screen.getByTestId(t.section("job_definitions")).closest("details");
  const environment = "job_definitions[0].environment";
  await click(t.addTo(environment));
  await fill(t.rowName(environment, 0), "AWS_BATCH_X");
  await waitFor(() =>
    expect(screen.getByTestId(t.rowName(environment, 0)).closest('[role="group"]')?.textContent).toContain(
      "reserved",
    ),
  );
  expect(screen.getByTestId(t.choosePage).textContent).not.toContain("job_definitions[0].environment");
  await fill(t.rowName(environment, 0), "WORD");
  await waitFor(() => expect(screen.getByTestId(t.choosePage).textContent).not.toContain("thing to mend"));
  expect(details?.open).toBe(true);
});

it("goes on with no command that cannot be read, and keeps it as it was typed", async () => {
  const command = t.field("job_definitions[0].command");
  await openApp();
  await fill(command, "sh -c 'echo unbalanced");
  await waitFor(() => expect(screen.getByTestId(command).getAttribute("aria-invalid")).toBe("true"));
  const note = screen.getByTestId(command).getAttribute("aria-describedby") ?? "";
  expect(document.getElementById(note)?.textContent).toContain("opening quote without its closing one");
  expect(screen.getByTestId(t.choosePage).textContent).toContain("1 thing to mend");
  expect(await faults()).toEqual([]);
  await click(t.goCheck);
  await waitFor(() => expect(screen.getByTestId(t.goCheck).hasAttribute("disabled")).toBe(false));
  expect(screen.queryByTestId(t.checkPage)).toBeNull();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId(command)));
  location.hash = "#/stacks";
  await find(t.page("stacks"));
  location.hash = "#/setup";
  expect(((await find(command)) as HTMLInputElement).value).toBe("sh -c 'echo unbalanced");

  await fill(command, "sh -c 'echo balanced'");
  await waitFor(() => expect(screen.getByTestId(command).getAttribute("aria-invalid")).toBeNull());
  await click(t.goCheck);
  await find(t.checkPage);
});

it("lets form and blueprint follow each other", async () => {
  await openApp();
  await click(t.toggleToml);
  const toml = (await find(t.toml)) as HTMLTextAreaElement;
  await waitFor(() => expect(toml.value).toContain('name = "my-stack"'));
  await fill(t.field("name"), "other");
  await waitFor(() => expect(toml.value).toContain('name = "other"'));
  await fill(t.toml, toml.value.replace("max_vcpus = 4", "max_vcpus = 5"));
  const field = (await find(t.field("compute_environments[0].max_vcpus"))) as HTMLInputElement;
  await waitFor(() => expect(field.value).toBe("5"), { timeout: 3000 });
  await fill(t.toml, "name = ");
  await waitFor(() => expect(toml.getAttribute("aria-invalid")).toBe("true"), { timeout: 3000 });
  expect(field.value).toBe("5");
});

it("opens the failed step in place, and finishes when tried again", async () => {
  await openApp({ failCreate: true, empty: true });
  await toReview();
  await click(t.goCreate);
  await state(t.run, "failed");
  expect(screen.getByTestId(t.runStep("compute-environment/main")).textContent).toContain("sts:AssumeRole");
  expect(screen.getByTestId(t.runStep("job-queue/main")).dataset["state"]).toBe("not-run");
  expect(await faults()).toEqual([]);
  await click(t.runRetry);
  await find(t.donePage);
});

it("undoes what was made, and the blueprint is still there", async () => {
  await openApp({ failCreate: true, empty: true });
  await toReview();
  await click(t.goCreate);
  await state(t.run, "failed");
  await click(t.runUndo);
  await click(t.confirmYes);
  await state(t.run, "done");
  await click(t.startOver);
  await find(t.choosePage);
  expect((screen.getByTestId(t.field("name")) as HTMLInputElement).value).toBe("my-stack");
});

it("starts afresh when somebody has looked at what an undo did and gone elsewhere", async () => {
  await openApp({ failCreate: true, empty: true });
  await toReview();
  await click(t.goCreate);
  await state(t.run, "failed");
  await click(t.runUndo);
  await click(t.confirmYes);
  await state(t.run, "done");
  await click(t.nav("stacks"));
  await find(t.page("stacks"));
  await click(t.nav("setup"));
  await find(t.choosePage);
});

it("offers another stack a name that none has", async () => {
  await openApp({ empty: true });
  await toReview();
  await click(t.goCreate);
  await find(t.donePage);
  await click(t.startOver);
  await find(t.choosePage);
  await waitFor(() =>
    expect((screen.getByTestId(t.field("name")) as HTMLInputElement).value).toBe("my-stack-2"),
  );
});

async function tearDown(stack: string) {
  location.hash = `#/stacks/${stack}/teardown`;
  await fill(t.teardownName, stack);
  await click(t.teardownStart);
  await find(t.teardownDone);
}

it("starts afresh once its stack is torn down", async () => {
  await openApp({ empty: true });
  await fill(t.field("name"), "imaging");
  await toReview();
  await click(t.goCreate);
  await find(t.donePage);
  await tearDown("imaging");
  await click(t.nav("setup"));
  await find(t.choosePage);
  expect(screen.queryByTestId(t.donePage)).toBeNull();
  expect((screen.getByTestId(t.field("name")) as HTMLInputElement).value).toBe("imaging");
  await click(t.goCheck);
  await state(t.checkSummary, "ready");
  expect(screen.getByTestId(t.checkRow("resource:execution-role")).dataset["state"]).toBe("make");
});

it("goes on telling of its own stack when another one is torn down", async () => {
  await openApp();
  await fill(t.field("name"), "atlas");
  await toReview();
  await click(t.goCreate);
  const told = (await find(t.donePage)).textContent;
  await tearDown("nightly-etl");
  await click(t.nav("setup"));
  expect((await find(t.donePage)).textContent).toBe(told);
});

it("does not wait for a run that gave way to another task", async () => {
  await openApp({ failCreate: true });
  await fill(t.field("name"), "atlas");
  await toReview();
  await click(t.goCreate);
  await state(t.run, "failed");
  location.hash = "#/stacks/imaging/teardown";
  await find(t.teardownGoes);
  await click(t.nav("setup"));
  await find(t.choosePage);
  expect((await find(t.unfinished)).textContent).toContain("atlas");
});

it("shows what came of a create that ended while another page was looked at", async () => {
  await openApp({ second: 30 });
  await fill(t.field("name"), "atlas");
  await toReview();
  await click(t.goCreate);
  await state(t.runStep("compute-environment/main"), "running");
  await click(t.nav("stacks"));
  await find(t.stackRow("imaging"));
  await waitFor(() => expect(screen.getByTestId(t.nav("setup")).textContent?.trim()).toBe("Set up"), {
    timeout: 8000,
  });
  location.hash = "#/stacks/imaging/teardown";
  await find(t.teardownGoes);
  await click(t.nav("setup"));
  expect((await find(t.donePage)).textContent).toContain("atlas is ready");
});

it("begins no second run while one goes on", async () => {
  await openApp({ second: 60 });
  await toReview();
  location.hash = "#/stacks/imaging/teardown";
  await fill(t.teardownName, "imaging");
  await click(t.teardownStart);
  await state(t.run, "running");
  await click(t.nav("setup"));
  await find(t.reviewPage);
  await find(t.cost);
  expect(screen.getByTestId(t.goCreate).hasAttribute("disabled")).toBe(true);
  expect(screen.getByTestId(t.reviewPage).textContent).toContain("imaging is being torn down");
});

it("stops after the step when asked, and offers to go on", async () => {
  await openApp({ empty: true, second: 30 });
  await toReview();
  await click(t.goCreate);
  await state(t.runStep("compute-environment/main"), "running");
  await click(t.runStop);
  await state(t.run, "stopped");
  await click(t.runRetry);
  await find(t.donePage);
});

it("offers a run that did not end", async () => {
  await openApp({ unfinished: "create" }, "#/stacks");
  const offer = await find(t.unfinished);
  expect(offer.textContent).toContain("genomics");
  expect(await faults()).toEqual([]);
  await click(t.unfinishedKeep);
  await gone(t.unfinished);
});

it.each([
  ["create", "genomics-jobs", true],
  ["undo", "may be gone already", false],
  ["teardown", "may be gone already", false],
] as const)("offers to undo no %s that did not end but one that can be undone", async (act, told, undo) => {
  await openApp({ unfinished: act }, "#/stacks");
  const offer = await find(t.unfinished);
  expect(offer.textContent).toContain(told);
  expect(offer.textContent).not.toContain("Nothing was made");
  expect(screen.queryByTestId(t.unfinishedUndo) !== null).toBe(undo);
  for (const id of [t.unfinishedResume, t.unfinishedKeep]) expect(screen.getByTestId(id)).toBeTruthy();
  expect(await faults()).toEqual([]);
});

it("goes on with a teardown that did not end, and offers no undo when it stops again", async () => {
  await openApp({ unfinished: "teardown", second: 30 }, "#/stacks");
  await click(t.unfinishedResume);
  await find(t.teardownPage);
  await state(t.run, "running");
  await click(t.runStop);
  await state(t.run, "stopped");
  await find(t.runKeep);
  expect(screen.queryByTestId(t.runUndo)).toBeNull();
  await click(t.runRetry);
  await find(t.teardownDone);
});

it("says which of three things is wrong with the keychain", async () => {
  for (const keychain of ["locked", "absent", "refused"] as const) {
    await openApp({ connected: false, keychain });
    expect((await find(t.keychain)).dataset["code"]).toBe(`keychain-${keychain}`);
    expect(screen.queryByTestId(t.addKeys)).toBeNull();
  }
});

it("refuses an endpoint that would give the session away", async () => {
  await openApp({ connected: false });
  await find(t.profile);
  await fill(t.endpoint, "http://example.com");
  await waitFor(() => expect(screen.getByTestId(t.connectProfile).hasAttribute("disabled")).toBe(true));
  await fill(t.endpoint, "http://localhost:5000");
  await click(t.connectProfile);
  expect((await find(t.identity)).textContent).toContain("http://localhost:5000");
});
