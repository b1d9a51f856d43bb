import { describe, expect, it } from "vitest";
import { spans, type Language } from "./highlight";

const kindOf = (text: string, language: Language, piece: string) =>
  spans(text, language).find((span) => span.text.includes(piece))?.kind;

describe("highlighting", () => {
  const hcl = [
    '# a comment with "quotes"',
    'resource "aws_batch_job_queue" "main" {',
    '  name     = "x-${var.name}"',
    "  priority = 12",
    "  on       = true",
    "  lifecycle {",
    "    create_before_destroy = true",
    "  }",
    "  policy = <<-EOT",
    '    not = "a name"',
    "  EOT",
    "}",
    "",
  ].join("\n");

  it.each<[Language, string]>([
    ["hcl", hcl],
    ["json", '{"a": [1, -2.5e3, null, "b\\"c"], "<script>": true}'],
    ["shell", "aws batch submit-job \\\n  --job-name 'it'\\''s'"],
    ["hcl", '"never closed'],
  ])("loses nothing of %s", (language, text) => {
    expect(
      spans(text, language)
        .map((span) => span.text)
        .join(""),
    ).toBe(text);
  });

  it("knows the parts of a Terraform file", () => {
    expect(kindOf(hcl, "hcl", "# a comment")).toBe("comment");
    expect(kindOf(hcl, "hcl", "resource")).toBe("keyword");
    expect(kindOf(hcl, "hcl", "lifecycle")).toBe("keyword");
    expect(kindOf(hcl, "hcl", "priority")).toBe("name");
    expect(kindOf(hcl, "hcl", "aws_batch_job_queue")).toBe("string");
    expect(kindOf(hcl, "hcl", "12")).toBe("number");
    expect(kindOf(hcl, "hcl", "not = ")).toBe("string");
  });

  it("tells a JSON key from a JSON string", () => {
    const text = '{"Action": "iam:GetRole"}';
    expect(kindOf(text, "json", "Action")).toBe("name");
    expect(kindOf(text, "json", "iam:GetRole")).toBe("string");
  });
});
