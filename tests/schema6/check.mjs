// Checks a folder of Terraform files against the schema of provider hashicorp/aws 6, which cannot be downloaded as a
// program everywhere: the npm package @cdktf/provider-aws carries it as type declarations. Prints
// {"checked": number of blocks, "problems": [sentences]}.
//
//   node check.mjs FOLDER
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const { parse } = require("@cdktf/hcl2json");
const declarations = join(dirname(require.resolve("@cdktf/provider-aws/package.json")), "lib");

// What Terraform itself understands in every block of its kind.
const META = ["count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "connection"];
const schemas = new Map();

/** The arguments and nested blocks of a resource or data source, or undefined when there is no such thing. */
function schemaOf(kind, type) {
  const folder = `${kind === "data" ? "data-aws-" : ""}${type.replaceAll("_", "-")}`;
  if (!schemas.has(folder)) schemas.set(folder, read(folder));
  return schemas.get(folder);
}

function read(folder) {
  let text;
  try {
    text = readFileSync(join(declarations, folder, "index.d.ts"), "utf8");
  } catch {
    return undefined;
  }
  const interfaces = new Map();
  for (const [, name, body] of text.matchAll(/^export interface (\w+)[^{]*\{\n(.*?)^\}/gms)) {
    interfaces.set(name, fields(body));
  }
  const root = [...interfaces.keys()].find((name) => new RegExp(`config\\??: ${name}\\b`).test(text));
  return { root: interfaces.get(root), interfaces };
}

/** Terraform's name of each field stands only in the link to its documentation. */
function fields(body) {
  const found = new Map();
  const pattern = /\/\*\*(.*?)\*\/\s*readonly (\w+)(\??): ((?:\{.*?\}|[^;{])+);/gs;
  for (const [, comment, , optional, type] of body.matchAll(pattern)) {
    const name = /#(\w+) \w+#\w+\}/.exec(comment)?.[1];
    if (!name) continue;
    found.set(name, {
      required: optional === "",
      block: new RegExp(`\\* ${name} block\\b`).test(comment),
      many: /\[\]/.test(type),
      type: type.split("|")[0].trim(),
    });
  }
  return found;
}

const problems = [];
let checked = 0;

function checkBody(where, body, shape, interfaces, meta) {
  for (const [name, value] of Object.entries(body)) {
    if (meta.includes(name)) continue;
    if (name === "dynamic") {
      for (const [block, uses] of Object.entries(value)) {
        for (const use of uses) checkBlock(`${where}.${block}`, block, use.content ?? [], shape, interfaces);
      }
      continue;
    }
    const field = shape.get(name);
    if (!field) {
      problems.push(`${where}: there is no argument or block "${name}"`);
    } else if (field.block) {
      checkBlock(`${where}.${name}`, name, value, shape, interfaces);
    } else {
      checkValue(`${where}.${name}`, value, field);
    }
  }
  const dynamic = Object.keys(body.dynamic ?? {});
  for (const [name, field] of shape) {
    if (field.required && !(name in body) && !dynamic.includes(name)) problems.push(`${where}: "${name}" is required`);
  }
}

function checkBlock(where, name, value, shape, interfaces) {
  const field = shape.get(name);
  if (!field) return problems.push(`${where}: there is no block "${name}"`);
  const bodies = Array.isArray(value) ? value : undefined;
  if (!bodies?.every((body) => body !== null && typeof body === "object")) {
    return problems.push(`${where}: is a block, not an argument`);
  }
  if (!field.many && bodies.length > 1) problems.push(`${where}: only one such block is allowed`);
  const inner = interfaces.get(field.type.replace("[]", ""));
  for (const body of bodies) if (inner) checkBody(where, body, inner, interfaces, []);
}

/** Only shapes that no conversion of Terraform's brings together; an expression may be anything. */
function checkValue(where, value, field) {
  if (typeof value === "string" && value.includes("${")) return;
  const list = field.type.endsWith("[]");
  const map = field.type.startsWith("{");
  const isMap = value !== null && typeof value === "object" && !Array.isArray(value);
  if (list && !Array.isArray(value)) problems.push(`${where}: a list is wanted`);
  if (!list && Array.isArray(value)) problems.push(`${where}: one value is wanted, not a list or a block`);
  if (map && !isMap && !Array.isArray(value)) problems.push(`${where}: a map is wanted`);
  if (!map && isMap) problems.push(`${where}: one value is wanted, not a map`);
  if (field.type.startsWith("number") && typeof value === "string" && Number.isNaN(Number(value))) {
    problems.push(`${where}: a number is wanted`);
  }
}

const folder = process.argv[2];
for (const file of readdirSync(folder).filter((name) => name.endsWith(".tf"))) {
  const parsed = await parse(file, readFileSync(join(folder, file), "utf8"));
  for (const kind of ["resource", "data"]) {
    for (const [type, all] of Object.entries(parsed[kind] ?? {})) {
      if (!type.startsWith("aws_")) continue;
      const schema = schemaOf(kind, type.slice("aws_".length));
      for (const [name, bodies] of Object.entries(all)) {
        const where = `${file}: ${kind} ${type}.${name}`;
        checked += 1;
        if (!schema?.root) problems.push(`${where}: the provider has no such ${kind}`);
        else for (const body of bodies) checkBody(where, body, schema.root, schema.interfaces, META);
      }
    }
  }
}
process.stdout.write(`${JSON.stringify({ checked, problems }, null, 1)}\n`);
