import { screen, waitFor } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { testids as t } from "../src/testids";
import { click, closeApp, faults, fill, find, gone, openApp } from "./app";

afterEach(closeApp);

it("loads another preset, keeps what is settled, and asks before it takes the place of a job", async () => {
  await openApp();
  await fill(t.field("name"), "kept");
  await click(t.preset("spot"));
  await find(t.field("compute_environments[0].instances.types[0]"));
  await waitFor(() => expect((screen.getByTestId(t.preset("spot")) as HTMLInputElement).checked).toBe(true));
  expect(((await find(t.field("name"))) as HTMLInputElement).value).toBe("kept");

  await fill(t.field("job_definitions[0].image"), "mine:1");
  await click(t.preset("fargate"));
  await find(t.presetAsk);
  expect(await faults()).toEqual([]);
  await click(t.presetCancel);
  await gone(t.presetAsk);
  expect((screen.getByTestId(t.preset("spot")) as HTMLInputElement).checked).toBe(true);
  await click(t.preset("fargate"));
  await click(t.presetKeep);
  await waitFor(() =>
    expect(screen.queryByTestId(t.field("compute_environments[0].instances.types[0]"))).toBeNull(),
  );
  expect((screen.getByTestId(t.field("job_definitions[0].image")) as HTMLInputElement).value).toBe("mine:1");
  expect((screen.getByTestId(t.field("name")) as HTMLInputElement).value).toBe("kept");
});

it("opens every fold without anything that axe objects to, and adds to every list", async () => {
  await openApp();
  await click(t.networkExisting);
  await click(t.preset("spot"));
  await find(t.field("compute_environments[0].instances.types[0]"));
  const job = "job_definitions[0]";
  const lists = ["network.subnets", "flows", "scheduling_policies", "job_queues", "job_definitions", "tags"];
  const ofJob = ["retry", "volumes", "mounts", "ulimits", "access", "secrets"].map(
    (list) => `${job}.${list}`,
  );
  for (const list of [...lists, ...ofJob]) await click(t.addTo(list));
  await click(t.addTo("compute_environments"));
  await find(t.field("compute_environments[1].name"));
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  expect(await faults()).toEqual([]);

  await fill(t.field("compute_environments[0].name"), "other");
  await waitFor(() =>
    expect(
      (screen.getByTestId(t.field("job_queues[0].compute_environments[0]")) as HTMLSelectElement).value,
    ).toBe("other"),
  );
  await fill(t.field("compute_environments[0].kind"), "fargate");
  await click(`${t.field("compute_environments[0]")}-platform`);
  await waitFor(() =>
    expect((screen.getByTestId(t.field(`${job}.platform`)) as HTMLSelectElement).value).toBe("fargate"),
  );
});

it("says nothing more of a field that is gone", async () => {
  await openApp();
  await click(t.networkNew);
  await fill(t.field("network.cidr"), "10.0.0.0/8");
  await waitFor(() =>
    expect(screen.getByTestId(t.field("network.cidr")).getAttribute("aria-invalid")).toBe("true"),
  );
  await click(t.networkDefault);
  await gone(t.field("network.cidr"));
  expect(screen.getByTestId(t.field("network")).textContent).not.toContain("10.0.0.0/8");
  expect(screen.queryByTestId(t.elsewhere)).toBeNull();
});

it("opens, saves and compares a blueprint", async () => {
  await openApp();
  await click(t.toggleToml);
  await find(t.toml);
  await fill(t.field("compute_environments[0].max_vcpus"), "9");
  await click(t.tomlCompare);
  await waitFor(() => expect(screen.getByTestId(t.tomlChanges).textContent).toContain("max_vcpus = 9"));
  expect(screen.getByTestId(t.tomlChanges).textContent).toContain("max_vcpus = 4");
  expect(await faults()).toEqual([]);
  await click(t.tomlSave);
  await waitFor(() =>
    expect(screen.getByTestId(t.choosePage).textContent).toContain("/Users/ana/my-stack.toml"),
  );
  await waitFor(() => expect(screen.getByTestId(t.tomlChanges).textContent).toContain("Nothing has changed"));
  await click(t.tomlOpen);
  await waitFor(() =>
    expect((screen.getByTestId(t.field("name")) as HTMLInputElement).value).toBe("imaging"),
  );
  // What is in no file is not thrown away in silence.
  await fill(t.field("name"), "unsaved");
  await click(t.tomlOpen);
  await find(t.confirm);
  await click(t.confirmNo);
  expect((screen.getByTestId(t.field("name")) as HTMLInputElement).value).toBe("unsaved");
  await click(t.tomlOpen);
  await click(t.confirmYes);
  await waitFor(() =>
    expect((screen.getByTestId(t.field("name")) as HTMLInputElement).value).toBe("imaging"),
  );
});

/** What a field offers once it is opened by its arrow key. */
async function offered(field: string): Promise<string> {
  const input = await find(field);
  await waitFor(() => expect(input.getAttribute("role")).toBe("combobox"));
  input.focus();
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
  return (await find(`${field}-offers`)).textContent ?? "";
}

it("offers the networks that are there, and takes what is typed instead", async () => {
  await openApp();
  await click(t.networkExisting);
  expect(await offered(t.field("network.vpc"))).toContain("research");
  await fill(t.field("network.vpc"), "vpc-0e4f5a6b");
  await click(t.addTo("network.subnets"));
  const subnet = t.field("network.subnets[0]");
  const subnets = await offered(subnet);
  expect(subnets).toContain("no way out");
  expect(subnets).not.toContain("172.31");
  expect(await faults()).toEqual([]);
  await fill(subnet, "subnet-0e1");
  await waitFor(() =>
    expect(screen.getByTestId(t.field("network.subnets")).textContent).toContain("no way out"),
  );
  await fill(subnet, "subnet-0fffffff");
  expect(((await find(subnet)) as HTMLInputElement).value).toBe("subnet-0fffffff");
});

it("offers instance types with what each has and costs, and says what kept vCPUs cost", async () => {
  await openApp();
  await click(t.preset("spot"));
  const type = t.field("compute_environments[0].instances.types[0]");
  await offered(type);
  await fill(type, "m6i");
  await waitFor(() =>
    expect(screen.getByTestId(`${type}-offers`).textContent).toMatch(/m6i\.large.*2 vCPU.*\$0\.096/),
  );
  expect(screen.getByTestId(`${type}-offers`).textContent).not.toContain("g4dn");
  await fill(t.field("compute_environments[0].instances.min_vcpus"), "4");
  await waitFor(() => expect(screen.getByText(/about \$46\.72 a month/)).toBeTruthy());
});

it("shows what the code may do as a policy, and takes what is edited there", async () => {
  await openApp();
  const access = "job_definitions[0].access";
  await click(t.addTo(access));
  await fill(t.field(`${access}[0].bucket`), "scans");
  const policy = (await find(t.jobPolicy(0))) as HTMLTextAreaElement;
  await waitFor(() => expect(policy.value).toContain("Statement"));
  const wanted = { Effect: "Allow", Action: ["sns:Publish"], Resource: ["*"] };
  await fill(t.jobPolicy(0), JSON.stringify({ Statement: [wanted] }));
  await waitFor(() =>
    expect((screen.getByTestId(t.field(`${access}[0].actions[0]`)) as HTMLInputElement).value).toBe(
      "sns:Publish",
    ),
  );
  await fill(t.jobPolicy(0), "{");
  await waitFor(() => expect(policy.getAttribute("aria-invalid")).toBe("true"));
  expect((screen.getByTestId(t.field(`${access}[0].actions[0]`)) as HTMLInputElement).value).toBe(
    "sns:Publish",
  );
});
