import { describe, expect, it } from "vitest";
import { account, ago, duration, mebibytes, money, whoOf } from "./format";

describe("figures", () => {
  it("writes durations as people read them", () => {
    expect([400, 9_940, 18_000, 131_000, 3_760_000].map(duration)).toEqual([
      "0.4 s",
      "9.9 s",
      "18 s",
      "2:11",
      "1:02:40",
    ]);
    expect(duration(-5)).toBe("0 s");
  });

  it("says how long ago something was", () => {
    const now = 1_800_000_000_000;
    expect(ago(now - 3_000, now)).toBe("just now");
    expect(ago(now - 21_000, now)).toBe("21 s ago");
    expect(ago(now - 130_000, now)).toBe("2 min. ago");
    expect(ago(now - 26 * 3_600_000, now)).toBe("yesterday");
  });

  it("writes money with its unit", () => {
    expect(money({ usd: 0, per: "month", note: null })).toBe("$0 a month");
    expect(money({ usd: 0.0494, per: "vcpu-hour", note: null })).toBe("$0.049 per vCPU-hour");
    expect(money({ usd: 32.4, per: "month", note: null })).toBe("$32.40 a month");
  });

  it("writes memory and accounts as AWS's people do", () => {
    expect(mebibytes(2048)).toBe("2,048 MiB");
    expect(mebibytes(30_720)).toBe("30 GiB");
    expect(account("123456789012")).toBe("1234-5678-9012");
    expect(whoOf("arn:aws:sts::123456789012:assumed-role/Admin/ana")).toBe("assumed-role/Admin/ana");
    expect(whoOf("arn:aws:iam::123456789012:root")).toBe("root");
  });
});
